/** What several modules compute of texts and bytes: digests and distances. */
@NullMarked
package dev.sluice.text;

import org.jspecify.annotations.NullMarked;
