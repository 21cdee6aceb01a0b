/** The monitor process: start at {@link dev.sluice.monitor.ModelMonitor}. */
@NullMarked
package dev.sluice.monitor;

import org.jspecify.annotations.NullMarked;
