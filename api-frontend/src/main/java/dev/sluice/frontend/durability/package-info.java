/** What the Redis set-up makes an accepted job worth. */
@NullMarked
package dev.sluice.frontend.durability;

import org.jspecify.annotations.NullMarked;
