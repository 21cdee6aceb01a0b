/** Connection handling and static files for all HTTP servers of Sluice. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
