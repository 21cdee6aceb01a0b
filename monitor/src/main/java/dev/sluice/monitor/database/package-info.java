/** The connection to Postgres, and its tables' forms. */
@NullMarked
package dev.sluice.monitor.database;

import org.jspecify.annotations.NullMarked;
