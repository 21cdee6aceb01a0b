/** Who this worker is to the queue: its incarnations, their signs of life, and looking after the dead. */
@NullMarked
package dev.sluice.worker.lease;

import org.jspecify.annotations.NullMarked;
