/** Other servers' REST interfaces. */
@NullMarked
package dev.sluice.monitor.rest;

import org.jspecify.annotations.NullMarked;
