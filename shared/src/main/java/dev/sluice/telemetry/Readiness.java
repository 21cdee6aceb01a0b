package dev.sluice.telemetry;

import java.util.List;

/** The reasons why a process is not ready, one sentence each; none when it is. */
@FunctionalInterface
public interface Readiness {
    List<String> obstacles();
}
