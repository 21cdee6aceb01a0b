@NullMarked
package dev.sluice.bench.memory;

import org.jspecify.annotations.NullMarked;
