/** Headers of pictures, read without decoding. */
@NullMarked
package dev.sluice.picture;

import org.jspecify.annotations.NullMarked;
