@NullMarked
package dev.sluice.monitor.retraining;

import org.jspecify.annotations.NullMarked;
