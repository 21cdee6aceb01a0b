package dev.sluice.telemetry;

import java.util.List;

/** The reasons why a process is not ready, one sentence each; empty if it is ready. */
@FunctionalInterface
public interface Readiness {
    List<String> obstacles();
}
