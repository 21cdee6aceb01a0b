package dev.sluice.telemetry;

import java.util.List;

/** Whether a process is ready. */
@FunctionalInterface
public interface Readiness {
    Health health();

    /**
     * What is wrong, a sentence each.
     *
     * @param obstacles reasons why this process is not ready, which another one may well be
     * @param warnings faults that every process shares: taking all of them out of service would help nobody
     */
    record Health(List<String> obstacles, List<String> warnings) {}
}
