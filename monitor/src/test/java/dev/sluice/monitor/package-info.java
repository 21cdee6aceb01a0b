/** The monitor on a real Redis and a real Postgres. */
@NullMarked
package dev.sluice.monitor;

import org.jspecify.annotations.NullMarked;
