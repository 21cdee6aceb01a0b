package dev.sluice.queue;

import java.util.List;

/** The result of a take. */
public sealed interface Take {

    /** Jobs in the order of their lane; none when nothing waits. */
    record Jobs(List<TakenJob> jobs) implements Take {
        public Jobs {
            jobs = List.copyOf(jobs);
        }
    }

    /** The incarnation was removed: other workers run its jobs; the worker discards them and registers again. */
    record Unregistered() implements Take {}
}
