/** How cost grows with workers, waiting jobs, payload, models and rows: the real queue and worker loops around a model of fixed time. */
@NullMarked
package dev.sluice.bench.growth;

import org.jspecify.annotations.NullMarked;
