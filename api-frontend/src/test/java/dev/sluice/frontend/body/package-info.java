@NullMarked
package dev.sluice.frontend.body;

import org.jspecify.annotations.NullMarked;
