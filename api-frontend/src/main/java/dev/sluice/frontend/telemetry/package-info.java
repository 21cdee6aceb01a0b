/** What is measured and logged of requests. */
@NullMarked
package dev.sluice.frontend.telemetry;

import org.jspecify.annotations.NullMarked;
