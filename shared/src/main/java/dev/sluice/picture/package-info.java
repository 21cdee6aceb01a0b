/** What a picture's header says, read without decoding a pixel. */
@NullMarked
package dev.sluice.picture;

import org.jspecify.annotations.NullMarked;
