/** The queue protocol of ADR 0001: keys, Lua scripts, and their Java face. */
@NullMarked
package dev.sluice.queue;

import org.jspecify.annotations.NullMarked;
