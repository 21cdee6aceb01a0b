/** How long and with which seed the tests that throw the unexpected at the system go on. */
@NullMarked
package dev.sluice.chaos;

import org.jspecify.annotations.NullMarked;
