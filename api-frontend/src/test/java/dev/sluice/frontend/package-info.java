/** The interface from outside: a real Redis, HTTP, and a worker that speaks the real protocol. */
@NullMarked
package dev.sluice.frontend;

import org.jspecify.annotations.NullMarked;
