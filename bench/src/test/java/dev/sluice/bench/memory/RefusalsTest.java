package dev.sluice.bench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RefusalsTest {
    @Test
    void theReasonsOfTheApiAreCounted() {
        assertEquals("queue-full: 12, too-late: 1500", Refusals.describe("""
                # TYPE sluice_refusals_total counter
                sluice_refusals_total{reason="too-late"} 1.5E3
                sluice_refusals_total{reason="queue-full"} 12.0
                sluice_refusals_total{reason="no-worker"} 0.0
                """));
        assertEquals("none", Refusals.describe(""));
    }
}
