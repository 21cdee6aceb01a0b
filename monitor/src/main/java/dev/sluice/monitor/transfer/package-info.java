/** Moves what waits in the queue's streams to where it is kept. */
@NullMarked
package dev.sluice.monitor.transfer;

import org.jspecify.annotations.NullMarked;
