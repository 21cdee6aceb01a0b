/** The files of a version, checked in plain Java before any engine reads them: where they lie, and which other files they name. */
@NullMarked
package dev.sluice.worker.modelfile;

import org.jspecify.annotations.NullMarked;
