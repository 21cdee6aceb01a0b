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
        points = points.stream().sorted(Comparator.comparingInt(Point::batch)).toList();
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a profile has at least one measurement");
        }
    }

    /** Drops larger batch sizes; the smallest always remains. */
    public BatchProfile upTo(int mostItems) {
        List<Point> small =
                points.stream().filter(point -> point.batch() <= mostItems).toList();
        return new BatchProfile(small.isEmpty() ? points.subList(0, 1) : small);
    }

    /** The fastest point: bigger is not always faster. */
    public Point best() {
        return points.stream()
                .max(Comparator.comparingDouble(Point::itemsPerSecond))
                .orElseThrow();
    }

    /** The duration of a batch of any size: interpolated between two measured sizes, otherwise at the rate of the nearest. */
    public Duration durationOf(int items) {
        Point below = points.getFirst();
        for (Point above : points) {
            if (items <= above.batch()) {
                return between(below, above, items);
            }
            below = above;
        }
        return scaled(below, items);
    }

    private static Duration between(Point below, Point above, int items) {
        if (items <= below.batch()) {
            return scaled(below, items);
        }
        double part = (double) (items - below.batch()) / (above.batch() - below.batch());
        long lower = below.duration().toNanos();
        return Duration.ofNanos(lower + (long) (part * (above.duration().toNanos() - lower)));
    }

    private static Duration scaled(Point point, int items) {
        return Duration.ofNanos((long) ((double) point.duration().toNanos() * items / point.batch()));
    }
}
