package dev.sluice.bench.memory;

import dev.sluice.bench.load.OverloadFigures;
import java.util.List;

/**
 * Rows at a constant rate against one setting of Redis.
 *
 * @param limit maxmemory, as written in Redis's configuration; {@code 0} for none
 */
record MemoryRun(String limit, List<Reading> readings, OverloadFigures figures) {
    private static final double MEGABYTE = 1e6;

    String name() {
        return limit.equals("0") ? "no maxmemory" : "maxmemory " + limit;
    }

    /** A line of the report; the memory of the second half shows whether it still grows. */
    String row() {
        return "| %s | %,.0f | %,d | %,d | %,d | %,d | %.0f | %.0f | %.0f | %,d |%n"
                .formatted(
                        name(),
                        figures.offeredPerSecond(),
                        figures.right(),
                        figures.refused(),
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
