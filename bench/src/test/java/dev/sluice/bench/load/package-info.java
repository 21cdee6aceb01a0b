/** The generators and their statistics, against a server whose times are known. */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
