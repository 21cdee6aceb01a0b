/** A version is loaded and profiled in a child JVM with limits before a worker loads it: what kills the child cannot kill the worker. */
@NullMarked
package dev.sluice.worker.trial;

import org.jspecify.annotations.NullMarked;
