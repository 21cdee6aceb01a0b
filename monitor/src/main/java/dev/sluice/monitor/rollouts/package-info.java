/** How rollouts ended, kept for longer than the board keeps it. */
@NullMarked
package dev.sluice.monitor.rollouts;

import org.jspecify.annotations.NullMarked;
