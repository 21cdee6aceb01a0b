@NullMarked
package dev.sluice.frontend.admission;

import org.jspecify.annotations.NullMarked;
