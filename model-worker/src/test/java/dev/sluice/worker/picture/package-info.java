/** Real pictures, whole and broken. */
@NullMarked
package dev.sluice.worker.picture;

import org.jspecify.annotations.NullMarked;
