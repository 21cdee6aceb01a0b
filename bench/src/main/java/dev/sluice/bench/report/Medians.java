package dev.sluice.bench.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Of a few figures of the same thing. */
public final class Medians {
    private Medians() {}

    /** NaN of none. */
    public static <T> double of(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
