package dev.sluice.bench.load;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came of more load than a server can bear.
 *
 * @param right answered 200 with what was expected, in time
 * @param late not answered in time: the client has gone
 * @param failures everything else but refusals: how many of each status, and of connections that broke
 * @param withoutConnection came when as many were open as the generator allows itself
 * @param seconds of measuring
 * @param answers until one of the right ones arrived, in microseconds
 * @param refusals until a 429 or 503 arrived, in microseconds
 * @param lag of the generator behind the moments at which it was to send, in microseconds
 */
public record OverloadFigures(
        long right,
        long late,
        SortedMap<String, Long> failures,
        long withoutConnection,
        double seconds,
        Histogram answers,
        Histogram refusals,
        Histogram lag) {

    public OverloadFigures {
        failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    }

    public double offeredPerSecond() {
        return came() / seconds;
    }

    public double rightPerSecond() {
        return right / seconds;
    }

    public long came() {
        return right + refused() + late + failed() + withoutConnection;
    }

    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    public long refused() {
        return refusals.getTotalCount();
    }

    /** Milliseconds; NaN when nobody was refused. */
    public double refusalP99() {
        return refused() == 0 ? Double.NaN : p99(refusals);
    }

    /** Milliseconds. */
    public double lagP99() {
        return p99(lag);
    }

    /** Milliseconds. */
    public double answerP50() {
        return answers.getValueAtPercentile(50) / 1e3;
    }

    /** Milliseconds. */
    public double answerP99() {
        return p99(answers);
    }

    private static double p99(Histogram micros) {
        return micros.getValueAtPercentile(99) / 1e3;
    }
}
