package dev.sluice.frontend.body;

import java.util.Optional;

/**
 * One thing that is wrong with one item.
 *
 * @param item place of the row or picture in the request, from 0
 * @param column empty when the fault is not in one column
 */
public record InputFault(int item, Optional<String> column, String detail) {
    static InputFault ofItem(int item, String detail) {
        return new InputFault(item, Optional.empty(), detail);
    }
}
