/** Other servers that fall silent. */
@NullMarked
package dev.sluice.monitor.rest;

import org.jspecify.annotations.NullMarked;
