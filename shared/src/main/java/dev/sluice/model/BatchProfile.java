package dev.sluice.model;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Items per second at each measured batch size, of one version on one processor. */
public record BatchProfile(List<Point> points) {

    /** One measurement: a batch of this many items ran at this many items per second. */
    public record Point(int batch, double itemsPerSecond) {
        /** Of the whole batch. */
        public Duration duration() {
            return Duration.ofNanos((long) (1e9 * batch / Math.max(itemsPerSecond, 1e-9)));
        }
    }

    /** @throws IllegalArgumentException when nothing was measured */
    public BatchProfile {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a profile has at least one measurement");
        }
    }

    /** The fastest point: bigger is not always faster. */
    public Point best() {
        return points.stream()
                .max(Comparator.comparingDouble(Point::itemsPerSecond))
                .orElseThrow();
    }
}
