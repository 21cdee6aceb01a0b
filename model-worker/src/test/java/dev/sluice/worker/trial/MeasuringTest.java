package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.EndlessTorchScript;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A profile is stored for good only when its trial had cores of its own. */
@Slow
class MeasuringTest {
    private static final Duration PROFILING = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Test
    void aProfileThatWasMeasuredBesideAnotherTrialIsMeasuredAgainAtTheNextStartAndThenStays() throws Exception {
        Path model = ModelFolder.summing("a", "b").writeTo(folder.resolve("sum"));
        Path endless = EndlessTorchScript.writeTo(folder.resolve("endless"));
        ModelTrials first = withOneTurn();
        Thread hanging = Thread.ofPlatform().start(() -> {
            try {
                first.verdict(endless, "endless", PROFILING);
            } catch (InterruptedException | TrialUnavailableException ended) {
                // By the interrupt below.
            }
        });
        TrialProcesses.awaitOneOf(ProcessHandle.current());
        // It begins when the endless trial gives up its turn.
        assertEquals(new Verdict.Passed(), first.verdict(model, "sum", PROFILING));
        VerdictFile beside = verdictFile();
        assertTrue(beside.isMeasuredBesideOthers(), beside.toString());
        hanging.interrupt();
        hanging.join();

        assertEquals(new Verdict.Passed(), first.verdict(model, "sum", PROFILING));
        assertEquals(beside, verdictFile(), "used until the next start");

        assertEquals(new Verdict.Passed(), withOneTurn().verdict(model, "sum", PROFILING));
        VerdictFile alone = verdictFile();
        assertNotEquals(beside.trial(), alone.trial(), "measured again");
        assertFalse(alone.isMeasuredBesideOthers(), alone.toString());

        assertEquals(new Verdict.Passed(), withOneTurn().verdict(model, "sum", PROFILING));
        assertEquals(alone, verdictFile(), "stays");
    }

    @Test
    void aTrialThatGaveUpItsTurnIsMeasuredOnceItHasATurnAgainAndBeforeThoseThatStart() throws Exception {
        TrialTurns turns = new TrialTurns(folder, 1, Duration.ofMinutes(10));
        try (TrialTurns.Turn slow = turns.take()) {
            slow.giveUp();
            TrialTurns.Turn loading = turns.take();
            assertFalse(slow.regain());
            loading.close();
            // Another worker on the same cache.
            TrialTurns others = new TrialTurns(folder, 1, Duration.ofMinutes(10));
            try (TrialTurns.Turn other = others.take()) {
                assertFalse(slow.regain());
                other.giveUp();
                assertTrue(slow.regain());
            }
        }
    }

    @Test
    void aTrialThatWaitsForItsTurnDisturbsNobody() throws Exception {
        TrialTurns turns = new TrialTurns(folder, 1, Duration.ofMinutes(10));
        try (TrialFolder one = TrialFolder.create(folder);
                TrialFolder other = TrialFolder.create(folder)) {
            assertTrue(turns.isCrowded(), "both load");
            Files.createFile(TrialRequest.loadedOf(one.path()));
            assertFalse(turns.isCrowded(), "one waits");
            Files.createFile(TrialRequest.measuringOf(one.path()));
            assertTrue(turns.isCrowded(), "one measures, one loads");
            Files.createFile(TrialRequest.loadedOf(other.path()));
            assertFalse(turns.isCrowded(), "one measures, one waits");
        }
    }

    private ModelTrials withOneTurn() {
        return new ModelTrials(
                new LoadSettings(1, 1_000_000, folder.resolve("profiles")),
                new TrialLimits(4L << 30, Duration.ofMinutes(10)),
                VerdictScope.ofThisProcess(),
                1);
    }

    private VerdictFile verdictFile() throws IOException {
        try (Stream<Path> verdicts = Files.list(folder.resolve("verdicts"))) {
            return VerdictFile.read(verdicts.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow());
        }
    }
}
