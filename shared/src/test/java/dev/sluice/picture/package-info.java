/** Headers of real pictures, whole and broken. */
@NullMarked
package dev.sluice.picture;

import org.jspecify.annotations.NullMarked;
