package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.worker.files.ProcessLock;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.models.EndlessTorchScript;
import dev.sluice.worker.models.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that share a cache share the work of trials, and clean up after those that were killed. */
@Slow
class SharedCacheTest {
    @TempDir
    Path folder;

    @Test
    void ofTwoWorkersOneTriesAVersionAndTheOtherGoesOnWhenThatOneIsKilled() throws Exception {
        Path model = EndlessTorchScript.writeTo(folder.resolve("endless"));
        Process first = JavaProcess.of(WaitingParent.class.getName(), model.toString(), folder.toString())
                .redirectOutput(folder.resolve("first.log").toFile())
                .start();
        try {
            TrialProcesses.awaitOneOf(first.toHandle());
            Thread second = Thread.ofPlatform().start(() -> {
                try {
                    WaitingParent.await(model, folder);
                } catch (TrialUnavailableException | InterruptedException ended) {
                    // By the interrupt below.
                }
            });
            awaitThatItWaits(second);
            assertEquals(List.of(), TrialProcesses.of(ProcessHandle.current()), "the other worker tries it");
            first.destroyForcibly().waitFor();
            TrialProcesses.awaitOneOf(ProcessHandle.current());
            second.interrupt();
            second.join();
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void aWorkerThatHoldsAVersionLongerThanATrialMayTakeIsNotWaitedFor() throws Exception {
        Path model = EndlessTorchScript.writeTo(folder.resolve("endless"));
        ModelTrials trials = trials(Duration.ofSeconds(2));
        Files.createDirectories(folder.resolve("verdicts"));
        try (ProcessLock _ =
                ProcessLock.tryAcquire(trials.lockOf(trials.key("endless"))).orElseThrow()) {
            assertEquals(
                    new Verdict.Failed(
                            "its trial has not ended after 2 s: make loading and inference faster, or raise --trial-timeout"),
                    trials.verdict(model, "endless", Duration.ofMillis(200)));
        }
    }

    @Test
    void whatKilledWorkersHaveLeftIsDeletedAtAStartAndWhatRunsStays() throws Exception {
        Path trials = Files.createDirectories(folder.resolve("trials"));
        Path verdicts = Files.createDirectories(folder.resolve("verdicts"));
        Path profiles = Files.createDirectories(folder.resolve("profiles"));
        Path killed =
                Files.createDirectories(trials.resolve("trial-killed/tmp")).getParent();
        Files.createFile(trials.resolve("trial-killed.lock"));
        Path ofAnEarlierRelease = Files.createDirectories(trials.resolve("trial-1234"));
        Path running = Files.createDirectories(trials.resolve("trial-5678"));
        aged(ofAnEarlierRelease, Duration.ofHours(2));
        Path halfWritten = aged(Files.createFile(verdicts.resolve("verdict1.partial")), Duration.ofHours(2));
        Path beingWritten = aged(Files.createFile(profiles.resolve("profile1.partial")), Duration.ofMinutes(10));
        Path unused = aged(Files.createFile(profiles.resolve("old.json")), Duration.ofDays(100));
        Path used = aged(Files.createFile(verdicts.resolve("new.json")), Duration.ofDays(80));
        try (TrialFolder ofAnother = TrialFolder.create(trials)) {
            trials(Duration.ofMinutes(10));
            assertTrue(Files.exists(ofAnother.path()));
        }
        for (Path deleted : List.of(killed, ofAnEarlierRelease, halfWritten, unused)) {
            assertFalse(Files.exists(deleted), deleted.toString());
        }
        for (Path stays : List.of(running, beingWritten, used)) {
            assertTrue(Files.exists(stays), stays.toString());
        }
        try (Stream<Path> locks =
                Files.list(trials).filter(file -> file.toString().endsWith(".lock"))) {
            assertEquals(List.of(), locks.toList());
        }
    }

    private ModelTrials trials(Duration timeout) {
        return new ModelTrials(
                new LoadSettings(1, 1_000_000, folder.resolve("profiles")), new TrialLimits(4L << 30, timeout));
    }

    private static Path aged(Path file, Duration age) throws Exception {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private static void awaitThatItWaits(Thread thread) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (thread.getState() != Thread.State.TIMED_WAITING
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getClassName().equals(ModelTrials.class.getName()))) {
            assertTrue(thread.isAlive() && System.nanoTime() < end, "it does not wait");
            // There is no event for the state of a thread.
            Thread.sleep(5);
        }
    }
}
