/** Whether anything grows while Sluice serves for long. */
@NullMarked
package dev.sluice.bench.soak;

import org.jspecify.annotations.NullMarked;
