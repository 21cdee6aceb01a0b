/** Tests of the worker's process. */
@NullMarked
package dev.sluice.worker;

import org.jspecify.annotations.NullMarked;
