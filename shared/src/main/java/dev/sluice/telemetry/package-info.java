/** Names of metrics, and the management server every process has. */
@NullMarked
package dev.sluice.telemetry;

import org.jspecify.annotations.NullMarked;
