@NullMarked
package dev.sluice.monitor.rollouts;

import org.jspecify.annotations.NullMarked;
