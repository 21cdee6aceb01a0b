/** Command lines and environments become validated settings; all faults are told at once. */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
