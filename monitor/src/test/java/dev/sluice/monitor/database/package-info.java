/** The connections to Postgres when it falls silent, refuses and is absent. */
@NullMarked
package dev.sluice.monitor.database;

import org.jspecify.annotations.NullMarked;
