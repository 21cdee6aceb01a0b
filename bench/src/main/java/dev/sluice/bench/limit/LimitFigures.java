package dev.sluice.bench.limit;

import java.util.Locale;

/** What an engine does when it is fed from memory; a line of two numbers between processes. */
public record LimitFigures(double perSecond, double cpuPerThousand) {

    static LimitFigures parse(String line) {
        String[] numbers = line.split(" ");
        return new LimitFigures(
                Double.parseDouble(numbers[0]), numbers.length > 1 ? Double.parseDouble(numbers[1]) : Double.NaN);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f %.4f", perSecond, cpuPerThousand);
    }
}
