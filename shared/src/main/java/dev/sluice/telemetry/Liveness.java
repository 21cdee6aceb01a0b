package dev.sluice.telemetry;

import java.util.List;

/** The threads that must run in this process and have ended; none when the process is live. */
@FunctionalInterface
public interface Liveness {
    List<String> endedThreads();
}
