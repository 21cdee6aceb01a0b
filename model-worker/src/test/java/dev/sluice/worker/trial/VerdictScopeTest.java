package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sluice.worker.inference.LoadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a verdict was reached with is part of its key. */
class VerdictScopeTest {
    private static final VerdictScope SCOPE = new VerdictScope("DJL 0.35.1, ONNX Runtime 1.21.1", "a1", "cpu x2");

    @TempDir
    Path folder;

    @Test
    void afterAnUpgradeOfAnEngineOrOfSluiceOrOnAnotherProcessorAVersionThatHasPassedIsTriedAgain() {
        String key = keyWith(SCOPE);
        assertEquals(key, keyWith(new VerdictScope(SCOPE.engines(), SCOPE.build(), SCOPE.processor())));
        for (VerdictScope other : List.of(
                new VerdictScope("DJL 0.35.1, ONNX Runtime 1.22.0", SCOPE.build(), SCOPE.processor()),
                new VerdictScope(SCOPE.engines(), "a2", SCOPE.processor()),
                new VerdictScope(SCOPE.engines(), SCOPE.build(), "cpu x4"))) {
            assertNotEquals(key, keyWith(other), other.toString());
        }
        assertEquals(VerdictScope.ofThisProcess(), VerdictScope.ofThisProcess());
    }

    private String keyWith(VerdictScope scope) {
        return new ModelTrials(
                        new LoadSettings(1, 1_000_000, folder.resolve("profiles")),
                        new TrialLimits(4L << 30, Duration.ofMinutes(10)),
                        scope,
                        1)
                .key("digest");
    }
}
