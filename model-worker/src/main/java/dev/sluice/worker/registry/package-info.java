/** The MLflow registry as the worker sees it, and the checked cache of what was downloaded from it. */
@NullMarked
package dev.sluice.worker.registry;

import org.jspecify.annotations.NullMarked;
