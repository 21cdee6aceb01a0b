/** From the queue's prediction log into Postgres. */
@NullMarked
package dev.sluice.monitor.predictions;

import org.jspecify.annotations.NullMarked;
