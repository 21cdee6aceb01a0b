@NullMarked
package dev.sluice.worker.lease;

import org.jspecify.annotations.NullMarked;
