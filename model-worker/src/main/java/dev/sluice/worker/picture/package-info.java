/** Encoded pictures become pixels: decoded by OpenCV, upright, three channels, eight bits, then scaled as the version asks. */
@NullMarked
package dev.sluice.worker.picture;

import org.jspecify.annotations.NullMarked;
