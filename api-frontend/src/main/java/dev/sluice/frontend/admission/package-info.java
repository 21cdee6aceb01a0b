/** What is let in, and the way into the queue. */
@NullMarked
package dev.sluice.frontend.admission;

import org.jspecify.annotations.NullMarked;
