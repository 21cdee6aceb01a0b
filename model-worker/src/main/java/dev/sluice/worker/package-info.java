/** The worker process: takes jobs, infers in batches, commits answers, follows the registry. */
@NullMarked
package dev.sluice.worker;

import org.jspecify.annotations.NullMarked;
