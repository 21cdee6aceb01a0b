/** Reads command lines and environments into validated settings, and reports all faults at once. */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
