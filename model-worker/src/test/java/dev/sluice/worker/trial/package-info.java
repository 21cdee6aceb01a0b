@NullMarked
package dev.sluice.worker.trial;

import org.jspecify.annotations.NullMarked;
