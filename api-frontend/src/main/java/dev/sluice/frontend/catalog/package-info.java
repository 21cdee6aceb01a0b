/** What can be predicted with at this moment, as the workers have written it on the board. */
@NullMarked
package dev.sluice.frontend.catalog;

import org.jspecify.annotations.NullMarked;
