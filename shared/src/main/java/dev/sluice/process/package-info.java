/** What every process of Sluice does at its start and its end. */
@NullMarked
package dev.sluice.process;

import org.jspecify.annotations.NullMarked;
