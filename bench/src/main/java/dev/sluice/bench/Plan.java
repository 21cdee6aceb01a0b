package dev.sluice.bench;

import dev.sluice.bench.contestant.Work;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is measured.
 *
 * @param variants whether contestants take part that are set up otherwise than usual
 * @param rounds in which all contestants take their turn
 * @param tasks the busiest of each work first: what it yields is what an overload is a multiple of
 * @param overloading of each work, after the tasks
 */
record Plan(boolean variants, int rounds, List<Task> tasks, Optional<Overloading> overloading) {
    /** Of each measurement. */
    static final Duration MEASURED = Duration.ofSeconds(4);

    private static final Task ROWS = new Task(Work.ROW, 64);
    private static final Task PICTURES = new Task(Work.PICTURE, 16);

    static Plan quick() {
        return new Plan(false, 1, List.of(ROWS, PICTURES), Optional.empty());
    }

    static Plan whole() {
        return new Plan(
                true,
                3,
                List.of(ROWS, new Task(Work.ROW, 1), PICTURES, new Task(Work.PICTURE, 1)),
                Optional.of(new Overloading(Duration.ofSeconds(3), MEASURED)));
    }

    List<String> headline() {
        return List.of(ROWS.title(), PICTURES.title());
    }
}
