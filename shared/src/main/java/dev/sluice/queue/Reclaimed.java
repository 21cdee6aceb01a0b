package dev.sluice.queue;

import java.util.List;

/** What looking after the dead brought: jobs that wait again, jobs that are dead now, incarnations struck off. */
public record Reclaimed(int waitingAgain, int dead, List<String> struckOff) {
    public Reclaimed {
        struckOff = List.copyOf(struckOff);
    }
}
