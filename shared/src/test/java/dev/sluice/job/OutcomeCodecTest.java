package dev.sluice.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeCodecTest {
    private static final ItemResult DAISY = new ItemResult.Prediction("{\"label\":\"daisy\"}");
    private static final ItemResult FAILED =
            new ItemResult.Failed(new Failure(Failure.Kind.UNDECODABLE_PICTURE, "not a \"picture\"\nbut two lines"));

    @Test
    void whatWasWrittenIsRead() {
        Outcome outcome = new Outcome(
                "7\n\"quoted\" ü", "7-\"ü\"", 3, new Timing(0.25, 1e-3, 12.5), List.of(DAISY, FAILED, DAISY));
        assertEquals(outcome, OutcomeCodec.decode(OutcomeCodec.encode(outcome)));
    }

    @Test
    void theIdentityOfAVersionIsOptional() {
        Outcome outcome = OutcomeCodec.decode("{\"version\":\"7\"}\n+{\"label\":\"daisy\"}");
        assertEquals("", outcome.versionId());
        assertEquals(outcome, OutcomeCodec.decode(OutcomeCodec.encode(outcome)));
        assertEquals(
                "7-a",
                new Outcome("7", "7-a", 1, Timing.NONE, List.of(DAISY, DAISY))
                        .slice(0, 1)
                        .versionId());
    }

    /** A later release may say more in its header. */
    @Test
    void whatIsNotKnownIsPassedOver() {
        assertEquals(
                new Outcome("7", 0, new Timing(0, 0, 2), List.of(DAISY)),
                OutcomeCodec.decode(
                        "{\"trace\":{\"version\":[1,{}]},\"version\":\"7\",\"infer_ms\":2}\n+{\"label\":\"daisy\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"version\":", "{}\n", "{}\nno sign", "{}\n-no JSON", "{}\n+1\n"})
    void whatIsNoOutcomeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> OutcomeCodec.decode(text));
    }
}
