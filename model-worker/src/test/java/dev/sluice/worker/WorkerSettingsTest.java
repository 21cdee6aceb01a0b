package dev.sluice.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.queue.LeaseTerms;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.SettingsReading;
import dev.sluice.worker.rollout.WithdrawalSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    @Test
    void theDefaultsAreFreeOfFaults() {
        assertEquals(List.of(), SettingsReader.faults(new WorkerSettings()));
    }

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
        WorkerSettings settings = new WorkerSettings();
        settings.leases.deadLetterBytes = -1;
        settings.leases.deadLetterAge = Duration.ZERO;
        assertEquals(
                List.of(
                        "--dead-letter-bytes -1 is too small: choose 0 or more",
                        "--dead-letter-age is too short: choose 1s or more"),
                SettingsReader.faults(settings));
    }

    @Test
    void optionsOfEveryGroupReachThePartsTheyAreFor() {
        WorkerSettings settings = read(
                Map.of("SLUICE_WITHDRAWN", "serve", "SLUICE_OUTCOME_TTL", "20m", "SLUICE_ITEM_BYTES", "7"),
                "--inference-limit=1m",
                "--models=iris,rings@challenger");
        assertEquals(Duration.ofMinutes(20), settings.leaseTerms().outcomeTtl());
        assertEquals(Duration.ofSeconds(75), settings.drainTimeout());
        var rollouts = settings.rolloutSettings();
        assertEquals(WithdrawalSettings.Policy.SERVE, rollouts.withdrawal().policy());
        assertEquals(7, rollouts.loading().inputs().itemBytes());
        assertEquals("[iris@champion, rings@challenger]", rollouts.deployments().toString());
    }

    private static WorkerSettings read(Map<String, String> environment, String... args) {
        return SettingsReading.valid(new WorkerSettings(), environment, args);
    }
}
