/** How durable an accepted job is, by the configuration of Redis. */
@NullMarked
package dev.sluice.frontend.durability;

import org.jspecify.annotations.NullMarked;
