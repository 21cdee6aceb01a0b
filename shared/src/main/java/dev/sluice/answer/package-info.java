/** Answers as clients of the native interface read them. */
@NullMarked
package dev.sluice.answer;

import org.jspecify.annotations.NullMarked;
