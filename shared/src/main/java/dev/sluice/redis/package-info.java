/** A connection to Redis that comes back by itself, what it may meet, and whether Redis accepts writes. */
@NullMarked
package dev.sluice.redis;

import org.jspecify.annotations.NullMarked;
