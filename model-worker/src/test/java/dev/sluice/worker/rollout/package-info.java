/** Rollouts from a real MLflow server. */
@NullMarked
package dev.sluice.worker.rollout;

import org.jspecify.annotations.NullMarked;
