package dev.sluice.queue;

import java.util.List;

/** The result of a reclaim: jobs that wait again, jobs that are now dead, removed incarnations. */
public record Reclaimed(int waitingAgain, int dead, List<String> removed) {
    public Reclaimed {
        removed = List.copyOf(removed);
    }
}
