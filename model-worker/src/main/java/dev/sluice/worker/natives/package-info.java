/** Native libraries out of their jars, unpacked once into a folder that is kept. */
@NullMarked
package dev.sluice.worker.natives;

import org.jspecify.annotations.NullMarked;
