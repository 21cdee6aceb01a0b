package dev.sluice.bench;

import dev.sluice.bench.contestant.Work;
import java.time.Duration;

/** What is asked, over how many connections at once, after what warming up. */
record Task(Work work, int connections, Duration warmUp) {
    /** For a server that has not done that work yet. */
    static Task fresh(Work work, int connections) {
        return new Task(work, connections, Duration.ofSeconds(3));
    }

    /** For one that comes from other connections with the same work. */
    static Task further(Work work, int connections) {
        return new Task(work, connections, Duration.ofSeconds(1));
    }

    String title() {
        return "%s, %d connection%s".formatted(work.plural(), connections, connections == 1 ? "" : "s");
    }
}
