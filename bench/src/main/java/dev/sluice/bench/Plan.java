package dev.sluice.bench;

import dev.sluice.bench.contestant.Work;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param variants whether contestants take part that are set up otherwise than usual, for the headline only
 * @param rounds in which all contestants take their turn
 * @param headline in each round; what it yields is what an overload is a multiple of
 * @param further in the first round
 * @param overloading with pictures in each round, with rows in the first: there the generator is the limit for whoever is fast
 */
record Plan(boolean variants, int rounds, List<Task> headline, List<Task> further, Optional<Overloading> overloading) {
    /** Of each measurement. */
    static final Duration MEASURED = Duration.ofSeconds(4);

    private static final Task ROWS = new Task(Work.ROW, 64);
    private static final Task PICTURES = new Task(Work.PICTURE, 16);

    private static final Optional<Overloading> OVERLOADING =
            Optional.of(new Overloading(Duration.ofSeconds(3), Duration.ofSeconds(6)));

    static Plan quick() {
        return new Plan(false, 1, List.of(ROWS, PICTURES), List.of(), Optional.empty());
    }

    /** Set-ups of Sluice against one another: small differences want more rounds. */
    static Plan paired() {
        return new Plan(false, 5, List.of(ROWS, PICTURES), List.of(), Optional.empty());
    }

    static Plan whole() {
        return new Plan(
                true,
                3,
                List.of(ROWS, PICTURES),
                List.of(new Task(Work.ROW, 1), new Task(Work.PICTURE, 1)),
                OVERLOADING);
    }

    List<Task> tasks(int round, boolean variant) {
        return round > 1 || variant
                ? headline
                : Stream.concat(headline.stream(), further.stream()).toList();
    }

    /** Works whose overload is measured. */
    Set<Work> overloads(int round, boolean variant) {
        if (overloading.isEmpty() || variant) {
            return Set.of();
        }
        return round > 1 ? EnumSet.of(Work.PICTURE) : EnumSet.allOf(Work.class);
    }
}
