/** A job with its id, lane and outcome. */
@NullMarked
package dev.sluice.job;

import org.jspecify.annotations.NullMarked;
