/** From a moved alias to a live version: every step is a state, and the last good version stays until a better one is ready. */
@NullMarked
package dev.sluice.worker.rollout;

import org.jspecify.annotations.NullMarked;
