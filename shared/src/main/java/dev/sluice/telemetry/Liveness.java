package dev.sluice.telemetry;

import java.util.List;

/** The required threads of this process that have ended; empty if the process is live. */
@FunctionalInterface
public interface Liveness {
    List<String> endedThreads();
}
