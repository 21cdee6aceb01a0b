/** Sluice and what people would pick instead, side by side in one run on one machine. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
