package dev.sluice.bench;

import dev.sluice.bench.contestant.Work;

/** What is asked, over how many connections at once. */
record Task(Work work, int connections) {
    String title() {
        return "%s, %d connection%s".formatted(work.plural(), connections, connections == 1 ? "" : "s");
    }
}
