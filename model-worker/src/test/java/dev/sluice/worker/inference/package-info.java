/** Real models in real engines. */
@NullMarked
package dev.sluice.worker.inference;

import org.jspecify.annotations.NullMarked;
