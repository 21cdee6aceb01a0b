/** What the engine itself gives, with no queue and no network around it: nobody can be faster. */
@NullMarked
package dev.sluice.bench.limit;

import org.jspecify.annotations.NullMarked;
