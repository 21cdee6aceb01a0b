/** Clients and requests of which no HTTP library knows. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
