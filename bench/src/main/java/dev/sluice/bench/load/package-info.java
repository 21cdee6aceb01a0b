/** Requests by the ten thousand from one thread, and what came of them. */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
