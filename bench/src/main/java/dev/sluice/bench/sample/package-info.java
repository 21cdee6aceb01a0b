/** Input and output as the demo models have it. */
@NullMarked
package dev.sluice.bench.sample;

import org.jspecify.annotations.NullMarked;
