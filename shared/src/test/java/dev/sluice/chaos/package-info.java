/** Test support: the length and the seed of the tests with hostile input, the memory of a process, and ports. */
@NullMarked
package dev.sluice.chaos;

import org.jspecify.annotations.NullMarked;
