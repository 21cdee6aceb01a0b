@NullMarked
package dev.sluice.frontend.reply;

import org.jspecify.annotations.NullMarked;
