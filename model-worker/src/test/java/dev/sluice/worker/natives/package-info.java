@NullMarked
package dev.sluice.worker.natives;

import org.jspecify.annotations.NullMarked;
