/** How much memory Redis needs for the answers of callers who wait, over time. */
@NullMarked
package dev.sluice.bench.memory;

import org.jspecify.annotations.NullMarked;
