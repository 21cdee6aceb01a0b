/** The deployment board: which version of each deployment is live, and what the workers did last. */
@NullMarked
package dev.sluice.board;

import org.jspecify.annotations.NullMarked;
