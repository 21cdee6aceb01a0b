/** A job, its id, its lane, its outcome: what travels through the queue. */
@NullMarked
package dev.sluice.job;

import org.jspecify.annotations.NullMarked;
