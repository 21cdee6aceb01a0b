/** Every fault of the reliability table, put upon real processes; each answer is accounted for. */
@NullMarked
package dev.sluice.system.fault;

import org.jspecify.annotations.NullMarked;
