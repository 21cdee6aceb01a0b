@NullMarked
package dev.sluice.worker.modelfile;

import org.jspecify.annotations.NullMarked;
