@NullMarked
package dev.sluice.monitor.drift;

import org.jspecify.annotations.NullMarked;
