/** What is let in, and what the refused are told. */
@NullMarked
package dev.sluice.frontend.admission;

import org.jspecify.annotations.NullMarked;
