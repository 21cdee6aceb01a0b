/** Test support: the length and the seed of the tests with hostile input, the memory of a process, ports, and a network that fails. */
@NullMarked
package dev.sluice.chaos;

import org.jspecify.annotations.NullMarked;
