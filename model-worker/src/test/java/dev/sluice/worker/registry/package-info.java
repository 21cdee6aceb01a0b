/** A real MLflow server, and what may stand between it and a worker. */
@NullMarked
package dev.sluice.worker.registry;

import org.jspecify.annotations.NullMarked;
