/** The queue protocol of ADR 0001: keys, Lua scripts, and their Java interface. */
@NullMarked
package dev.sluice.queue;

import org.jspecify.annotations.NullMarked;
