package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.model.Deployment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Only what the registry has said counts. */
class AliasAbsenceTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");

    private final AtomicLong now = new AtomicLong();
    private final AliasAbsence absence = new AliasAbsence(now::get, Duration.ofSeconds(3));

    @Test
    void itGrowsFromAnswerToAnswerAndEndsWithTheAlias() {
        assertEquals(Duration.ZERO, absence.answered(IRIS, false));
        pass(1);
        assertEquals(Duration.ofSeconds(1), absence.answered(IRIS, false));
        pass(2);
        assertEquals(Duration.ofSeconds(3), absence.answered(IRIS, false));
        assertEquals(Duration.ZERO, absence.answered(IRIS, true));
        pass(2);
        assertEquals(Duration.ZERO, absence.answered(IRIS, false));
    }

    @Test
    void aRegistryThatHangsDoesNotAddItsSilence() {
        absence.answered(IRIS, false);
        pass(29);
        assertEquals(Duration.ofSeconds(3), absence.answered(IRIS, false));
    }

    @Test
    void aPollThatIsNotAnsweredBeginsAnew() {
        absence.answered(IRIS, false);
        pass(2);
        absence.answered(IRIS, false);
        absence.notAnswered();
        pass(2);
        assertEquals(Duration.ZERO, absence.answered(IRIS, false));
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
