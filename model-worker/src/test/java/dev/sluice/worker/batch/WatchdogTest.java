package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    @Test
    void theWatchOverAnInferenceThatHasEndedIsGone() {
        try (Watchdog watchdog = new Watchdog(Duration.ofHours(1))) {
            for (int i = 0; i < 1_000; i++) {
                watchdog.over("an inference", Duration.ofMillis(1)).close();
            }
            assertEquals(0, watchdog.watching(), "of 1,000 watches");
            try (var _ = watchdog.over("an inference", Duration.ofMillis(1))) {
                assertEquals(1, watchdog.watching());
            }
        }
    }
}
