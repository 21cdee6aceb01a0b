/** Files that several processes share: written whole or not at all, and locks that end with their process. */
@NullMarked
package dev.sluice.worker.files;

import org.jspecify.annotations.NullMarked;
