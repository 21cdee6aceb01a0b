/** Digests and distances of texts and bytes, for several modules. */
@NullMarked
package dev.sluice.text;

import org.jspecify.annotations.NullMarked;
