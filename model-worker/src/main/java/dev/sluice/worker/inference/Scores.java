package dev.sluice.worker.inference;

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

    double at(int item, int column) {
        return values[item * width() + column];
    }
}
