package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.worker.registry.RegistryFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPlanTest {
    private long now;
    private final RetryPlan plan = new RetryPlan(() -> now);

    @Test
    void whatIsGoneIsRejectedAfterFewTriesAndWhatFailsAfterMore() {
        assertEquals(4, triesUntilExhausted(new RegistryFault.Gone("gone")));
        plan.reset();
        assertEquals(10, triesUntilExhausted(new RegistryFault.Failing("failing")));
    }

    @Test
    void furtherTriesComeEverMoreRarelyUpToFiveMinutesApart() {
        triesUntilExhausted(new RegistryFault.Gone("gone"));
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long began = now;
            while (!plan.isDue()) {
                now += Duration.ofSeconds(1).toNanos();
            }
            pauses.add(Duration.ofNanos(now - began).toSeconds());
            assertTrue(plan.isExhaustedBy(new RegistryFault.Gone("gone")));
        }
        assertEquals(List.of(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L), pauses);
    }

    @Test
    void aChangeBeginsAnew() {
        triesUntilExhausted(new RegistryFault.Gone("gone"));
        plan.reset();
        assertFalse(plan.isExhaustedBy(new RegistryFault.Gone("gone")));
    }

    private int triesUntilExhausted(RegistryFault fault) {
        int tries = 1;
        while (!plan.isExhaustedBy(fault)) {
            tries++;
        }
        return tries;
    }
}
