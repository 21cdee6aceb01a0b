@NullMarked
package dev.sluice.frontend.predict;

import org.jspecify.annotations.NullMarked;
