/** Alerts come in, one retraining at a time goes out. */
@NullMarked
package dev.sluice.monitor.retraining;

import org.jspecify.annotations.NullMarked;
