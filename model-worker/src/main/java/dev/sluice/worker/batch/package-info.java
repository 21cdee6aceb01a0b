/** From taken jobs to committed answers: assembling, inferring, isolating what fails, committing. */
@NullMarked
package dev.sluice.worker.batch;

import org.jspecify.annotations.NullMarked;
