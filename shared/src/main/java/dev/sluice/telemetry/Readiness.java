package dev.sluice.telemetry;

import java.util.List;

/** What keeps a process from being ready, one sentence each; none when it is ready. */
@FunctionalInterface
public interface Readiness {
    List<String> obstacles();
}
