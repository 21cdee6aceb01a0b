package dev.sluice.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.queue.LeaseTerms;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    @Test
    void deadLettersAreBoundedUnlessOneSaysOtherwise() {
        LeaseTerms terms = read(Map.of()).leaseTerms();
        assertEquals(LeaseTerms.DEFAULT.deadLetterBytes(), terms.deadLetterBytes());
        assertEquals(LeaseTerms.DEFAULT.deadLetterAge(), terms.deadLetterAge());
    }

    @Test
    void theirBoundsComeFromTheEnvironmentOrTheCommandLine() {
        LeaseTerms terms = read(Map.of("SLUICE_DEAD_LETTER_BYTES", "1000"), "--dead-letter-age", "1h")
                .leaseTerms();
        assertEquals(1_000, terms.deadLetterBytes());
        assertEquals(Duration.ofHours(1), terms.deadLetterAge());
    }

    @Test
    void aBoundThatIsNoneIsRefusedByItsName() {
        WorkerSettings settings = read(Map.of());
        settings.deadLetterBytes = -1;
        settings.deadLetterAge = Duration.ZERO;
        assertEquals(2, settings.faults().size(), settings.faults().toString());
    }

    private static WorkerSettings read(Map<String, String> environment, String... args) {
        return SettingsReader.read(new WorkerSettings(), args, environment, new int[1])
                .orElseThrow();
    }
}
