/** Who is measured, each as its own documentation recommends. */
@NullMarked
package dev.sluice.bench.contestant;

import org.jspecify.annotations.NullMarked;
