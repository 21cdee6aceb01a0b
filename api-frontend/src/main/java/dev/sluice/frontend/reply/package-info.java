/** Waiting for the ends of accepted jobs; every wait ends. */
@NullMarked
package dev.sluice.frontend.reply;

import org.jspecify.annotations.NullMarked;
