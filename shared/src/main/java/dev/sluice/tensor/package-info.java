/** Typed columns and their Open Inference Protocol v2 binary form. */
@NullMarked
package dev.sluice.tensor;

import org.jspecify.annotations.NullMarked;
