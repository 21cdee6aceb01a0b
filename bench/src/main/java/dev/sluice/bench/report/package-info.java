/** What was measured, for people and for programs. */
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
