/** The predict core: from validated input to its answer, without HTTP. A dialect reads requests and writes answers around it. */
@NullMarked
package dev.sluice.frontend.predict;

import org.jspecify.annotations.NullMarked;
