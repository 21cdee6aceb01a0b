package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.worker.inference.InputLimits;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.modelfile.FolderTree;
import dev.sluice.worker.models.EndlessTorchScript;
import dev.sluice.worker.models.JavaProcess;
import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a version does in its trial happens to the child JVM alone. */
@Slow
class ModelTrialsTest {
    private static final Duration PROFILING = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final long MUCH = 4L << 30;

    @TempDir
    Path folder;

    @Test
    void aGoodVersionPassesAndIsNotTriedAgain() throws Exception {
        Path model = ModelFolder.summing("a", "b").writeTo(folder.resolve("sum"));
        assertEquals(new Verdict.Passed(), trials(MUCH, LONG).verdict(model, "sum", PROFILING));
        try (Stream<Path> profiles = Files.list(folder.resolve("profiles"))) {
            assertEquals(1, profiles.count());
        }
        makeTrialsImpossible();
        assertEquals(new Verdict.Passed(), trials(MUCH, LONG).verdict(model, "sum", PROFILING));
        assertThrows(
                TrialUnavailableException.class, () -> trials(MUCH, LONG).verdict(model, "other content", PROFILING));
    }

    @Test
    void aVersionWithoutEndFailsAtTheTimeLimitAndItsVerdictIsStored() throws Exception {
        Path model = EndlessTorchScript.writeTo(folder.resolve("endless"));
        Duration limit = Duration.ofSeconds(3);
        Verdict verdict = trials(MUCH, limit).verdict(model, "endless", PROFILING);
        assertEquals(
                new Verdict.Failed(
                        "its trial has not ended after 3 s: make loading and inference faster, or raise --trial-timeout"),
                verdict);
        assertEquals(List.of(), TrialProcesses.of(ProcessHandle.current()));
        makeTrialsImpossible();
        assertEquals(verdict, trials(MUCH, limit).verdict(model, "endless", PROFILING));
        assertThrows(
                TrialUnavailableException.class,
                () -> trials(MUCH, limit.plusSeconds(1)).verdict(model, "endless", PROFILING),
                "another limit is another trial");
    }

    @Test
    void aVersionThatNeedsMoreMemoryThanTheWorkerHasFailsWithTheBytesAndTheLimit() throws Exception {
        // 256 MiB of heap and of direct memory; a batch of eight takes 384 MB.
        Path model = ModelFolder.seeingColours(2_000, 2_000).writeTo(folder.resolve("large"));
        LoadSettings loading =
                new LoadSettings(1, 10_000_000, folder.resolve("profiles"), new InputLimits(1L << 40, 1L << 40));
        Verdict verdict =
                new ModelTrials(loading, new TrialLimits(256L << 20, LONG)).verdict(model, "large", PROFILING);
        String reason = assertInstanceOf(Verdict.Failed.class, verdict).reason();
        assertTrue(reason.contains("memory") && reason.matches(".*\\d{8,}.*limit.*\\d{8,}.*"), reason);
    }

    @Test
    void aChildThatCannotRunIsNoVerdictOnTheVersion() throws Exception {
        Path model = ModelFolder.summing("a", "b").writeTo(folder.resolve("sum"));
        // No JVM starts with a heap of a thousand bytes.
        assertThrows(TrialUnavailableException.class, () -> trials(1_000, LONG).verdict(model, "sum", PROFILING));
        try (Stream<Path> verdicts = Files.list(folder.resolve("verdicts"))) {
            assertEquals(
                    List.of(),
                    verdicts.filter(file -> file.toString().endsWith(".json")).toList());
        }
    }

    @Test
    void aForgottenFailureIsTriedAgainAndAPassedTrialIsNot() {
        VerdictStore store = new VerdictStore(folder.resolve("verdicts"));
        store.write("bad", VerdictFile.of(new Verdict.Failed("its trial failed: fix it"), false));
        store.write("good", VerdictFile.of(new Verdict.Passed(), false));
        store.forgetFailure("bad");
        store.forgetFailure("good");
        assertEquals(Optional.empty(), store.read("bad"));
        assertEquals(Optional.of(new VerdictStore.Known(new Verdict.Passed(), false)), store.read("good"));
    }

    @Test
    void onlyWhatSaysSomethingAboutTheVersionIsItsVerdict() throws Exception {
        assertThrows(IOException.class, () -> Ending.of(1, folder, "no memory for the JVM"));
        assertThrows(TrialUnavailableException.class, () -> Ending.of(134, folder, "not started"));
        Files.createFile(TrialRequest.startOf(folder));
        for (int signal : List.of(2, 9, 15)) {
            assertThrows(TrialUnavailableException.class, () -> Ending.of(128 + signal, folder, ""));
        }
        assertTrue(Ending.of(134, folder, "the engine has crashed").isAboutTheVersion());

        Verdict.Failed failed = new Verdict.Failed("its input example fails: log another");
        VerdictFile.of(failed, false).write(TrialRequest.verdictOf(folder));
        assertEquals(new Ending(failed, true), Ending.of(0, folder, ""));
        VerdictFile.of(TrialProcess.UNEXPECTED, false).write(TrialRequest.verdictOf(folder));
        assertFalse(Ending.of(0, folder, "a stack trace").isAboutTheVersion());
    }

    @Test
    void aTrialThatWaitsForAProcessorUsesNoTime() {
        AtomicLong now = new AtomicLong();
        AtomicLong computed = new AtomicLong();
        AtomicBoolean wantsProcessor = new AtomicBoolean(true);
        TrialClock clock = new TrialClock(now::get, () -> Duration.ofNanos(computed.get()), wantsProcessor::get);
        now.addAndGet(1_000);
        computed.addAndGet(100);
        assertEquals(Duration.ofNanos(100), clock.used());
        wantsProcessor.set(false);
        now.addAndGet(500);
        assertEquals(Duration.ofNanos(600), clock.used());
        // The machine slept for an hour, or this process was stopped.
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertEquals(Duration.ofSeconds(1).plusNanos(600), clock.used());
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        clock.skip();
        assertEquals(Duration.ofSeconds(1).plusNanos(600), clock.used());
    }

    @Test
    void aTrialThatComputesOnManyThreadsUsesNoMoreTimeThanPasses() {
        AtomicLong now = new AtomicLong();
        AtomicLong computed = new AtomicLong();
        TrialClock clock = new TrialClock(now::get, () -> Duration.ofNanos(computed.get()), () -> true);
        now.addAndGet(100);
        computed.addAndGet(1_600);
        assertEquals(Duration.ofNanos(100), clock.used());
    }

    @Test
    void anInterruptEndsTheTrialWithoutAVerdict() throws Exception {
        Path model = EndlessTorchScript.writeTo(folder.resolve("endless"));
        AtomicReference<Throwable> ending = new AtomicReference<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                trials(MUCH, LONG).verdict(model, "endless", PROFILING);
            } catch (InterruptedException | TrialUnavailableException e) {
                ending.set(e);
            }
        });
        TrialProcesses.awaitOneOf(ProcessHandle.current());
        waiting.interrupt();
        waiting.join();
        assertInstanceOf(InterruptedException.class, ending.get());
        assertEquals(List.of(), TrialProcesses.of(ProcessHandle.current()));
        assertEquals(List.of(), foldersOfTrials());
    }

    @Test
    void aKilledWorkerLeavesNoTrialBehindAndATrialKnowsNoCredentials() throws Exception {
        Path model = EndlessTorchScript.writeTo(folder.resolve("endless"));
        ProcessBuilder builder = JavaProcess.of(WaitingParent.class.getName(), model.toString(), folder.toString())
                .redirectOutput(folder.resolve("parent.log").toFile());
        List<String> secrets = List.of("AWS_SECRET_ACCESS_KEY", "MLFLOW_TRACKING_PASSWORD", "SLUICE_REDIS");
        secrets.forEach(name -> builder.environment().put(name, "do-not-tell"));
        Process parent = builder.start();
        try {
            ProcessHandle trial = TrialProcesses.awaitOneOf(parent.toHandle());
            String environment = Files.readString(Path.of("/proc", Long.toString(trial.pid()), "environ"));
            assertTrue(environment.contains("PATH="), environment);
            assertEquals(
                    List.of(), secrets.stream().filter(environment::contains).toList());
            parent.destroyForcibly().waitFor();
            trial.onExit().get(30, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    private List<String> foldersOfTrials() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("trials"))) {
            return left.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("trial-"))
                    .toList();
        }
    }

    private ModelTrials trials(long memory, Duration timeout) {
        LoadSettings loading = new LoadSettings(1, 1_000_000, folder.resolve("profiles"));
        return new ModelTrials(loading, new TrialLimits(memory, timeout));
    }

    /** A file stands where their folders would be made. */
    private void makeTrialsImpossible() throws Exception {
        FolderTree.delete(folder.resolve("trials"));
        Files.createFile(folder.resolve("trials"));
    }
}
