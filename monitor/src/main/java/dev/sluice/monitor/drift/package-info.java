/** How far what is predicted now lies from what a version was trained on. */
@NullMarked
package dev.sluice.monitor.drift;

import org.jspecify.annotations.NullMarked;
