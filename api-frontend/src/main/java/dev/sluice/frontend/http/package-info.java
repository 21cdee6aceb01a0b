/** Routes, handlers, and the one place where failures become problem details. */
@NullMarked
package dev.sluice.frontend.http;

import org.jspecify.annotations.NullMarked;
