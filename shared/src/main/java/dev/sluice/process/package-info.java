/** Start and stop of every Sluice process. */
@NullMarked
package dev.sluice.process;

import org.jspecify.annotations.NullMarked;
