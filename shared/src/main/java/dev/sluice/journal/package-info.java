/** The journals in Redis that the monitor empties: served predictions and labels. */
@NullMarked
package dev.sluice.journal;

import org.jspecify.annotations.NullMarked;
