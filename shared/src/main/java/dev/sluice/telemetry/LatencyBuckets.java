package dev.sluice.telemetry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.LongStream;

/** The buckets of every timer, from a row's inference to the longest deadline: the same everywhere, so that phases can be compared. */
public final class LatencyBuckets {
    private static final long[] MICROS = {
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000
    };

    private LatencyBuckets() {}

    /** The upper bounds of the buckets. */
    public static Duration[] upperEnds() {
        return LongStream.of(MICROS)
                .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
                .toArray(Duration[]::new);
    }
}
