/** What every HTTP server here asks of a connection. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
