/** Request bodies read into typed model input, every fault named by its place. */
@NullMarked
package dev.sluice.frontend.body;

import org.jspecify.annotations.NullMarked;
