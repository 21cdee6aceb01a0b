/** What was true: kept beside what was predicted, and how often the two agree. */
@NullMarked
package dev.sluice.monitor.feedback;

import org.jspecify.annotations.NullMarked;
