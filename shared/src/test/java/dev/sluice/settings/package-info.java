/** Settings show no secret, whatever is wrong with them. */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
