package dev.sluice.bench.memory;

import dev.sluice.bench.load.OverloadFigures;
import java.util.List;

/**
 * Rows at a constant rate against one setting of Redis.
 *
 * @param limit maxmemory, as written in Redis's configuration; {@code 0} for none
 * @param refusals the reasons of the API's refusals, and how often
 * @param readings from the start of the warm-up
 */
record MemoryRun(String limit, OverloadFigures figures, String refusals, List<Reading> readings) {
    private static final double MEGABYTE = 1e6;

    String name() {
        return limit.equals("0") ? "no maxmemory" : "maxmemory " + limit;
    }

    /** A line of the report; the memory of the second half shows whether it still grows. */
    String row() {
        return "| %s | %,.0f | %,d | %,d (%s) | %,d | %,d | %.0f | %.0f | %.0f | %,d |%n"
                .formatted(
                        name(),
                        figures.offeredPerSecond(),
                        figures.right(),
                        figures.refused(),
                        refusals,
                        figures.late() + figures.withoutConnection(),
                        figures.failed(),
                        megabytes(0),
                        megabytes(readings.size() / 2),
                        largest(),
                        readings.getLast().keys());
    }

    double largest() {
        return readings.stream().mapToLong(Reading::usedBytes).max().orElse(0) / MEGABYTE;
    }

    private double megabytes(int reading) {
        return readings.get(reading).usedBytes() / MEGABYTE;
    }
}
