/** What every HTTP server here asks of a connection, and how it sends files. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
