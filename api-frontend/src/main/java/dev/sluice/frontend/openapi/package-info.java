/** The interface's own description, and the pages that show it. */
@NullMarked
package dev.sluice.frontend.openapi;

import org.jspecify.annotations.NullMarked;
