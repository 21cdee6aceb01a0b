/** What processes take of the machine, as Linux tells it in /proc. */
@NullMarked
package dev.sluice.bench.machine;

import org.jspecify.annotations.NullMarked;
