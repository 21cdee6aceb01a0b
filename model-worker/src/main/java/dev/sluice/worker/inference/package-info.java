/** A model version in memory: what its MLmodel says, the engine that runs it, and the way from payload to answer. */
@NullMarked
package dev.sluice.worker.inference;

import org.jspecify.annotations.NullMarked;
