package dev.sluice.queue;

import java.util.List;

/** What a take brought. */
public sealed interface Take {

    /** Jobs in the order of their lane; none when nothing waits. */
    record Jobs(List<TakenJob> jobs) implements Take {
        public Jobs {
            jobs = List.copyOf(jobs);
        }
    }

    /** The incarnation was struck off: its jobs are others' by now, it has to drop them and register again. */
    record StruckOff() implements Take {}
}
