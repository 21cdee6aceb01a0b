/** Tests of the way from taken jobs to committed answers. */
@NullMarked
package dev.sluice.worker.batch;

import org.jspecify.annotations.NullMarked;
