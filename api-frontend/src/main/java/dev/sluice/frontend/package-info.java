/** The stateless HTTP front: validates, queues, answers. */
@NullMarked
package dev.sluice.frontend;

import org.jspecify.annotations.NullMarked;
