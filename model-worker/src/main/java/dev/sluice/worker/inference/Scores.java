package dev.sluice.worker.inference;

import java.util.Arrays;

/**
 * What an engine has answered: a row of numbers per item.
 *
 * @param values item after item
 * @param isSingle whether the engine's numbers have single precision
 */
record Scores(double[] values, int items, boolean isSingle) {
    int width() {
        return items == 0 ? 0 : values.length / items;
    }

    /** One item's numbers. */
    double[] of(int item) {
        return Arrays.copyOfRange(values, item * width(), (item + 1) * width());
    }
}
