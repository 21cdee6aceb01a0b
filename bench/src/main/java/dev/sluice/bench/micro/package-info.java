/** What each item passes through, measured alone by JMH. */
@NullMarked
package dev.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
