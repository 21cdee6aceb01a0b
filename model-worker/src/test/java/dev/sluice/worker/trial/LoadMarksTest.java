package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.worker.models.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while it loads a version leaves a mark that the next start counts. */
@Slow
class LoadMarksTest {
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void onlyProcessesThatDiedWhileTheyLoadedTheVersionCountUntilItIsLoadedWell() throws Exception {
        LoadMarks marks = new LoadMarks(folder, LONG);
        assertEquals(0, marks.deaths("a"));
        Process living = loading("a", "wait");
        run(loading("b", "halt"));
        run(loading("a", "exit"));
        assertEquals(0, marks.deaths("a"), "one still loads, one shut down in order");
        living.destroyForcibly().waitFor();
        assertEquals(1, marks.deaths("a"), "killed");
        run(loading("a", "halt"));
        assertEquals(2, marks.deaths("a"));
        assertEquals(1, marks.deaths("b"));
        try (LoadMark mark = marks.begin("a")) {
            assertEquals(2, marks.deaths("a"));
            mark.loaded();
        }
        assertEquals(0, marks.deaths("a"));
        marks.forget("b");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().contains("loading")).toList());
        }
    }

    @Test
    void aVersionThatWasBeingLoadedWhenAProcessDiedIsLoadedAloneSoThatAnotherOnesDeathIsNotItsOwn() throws Exception {
        run(loading("suspect", "halt"));
        LoadMarks marks = new LoadMarks(folder, LONG);
        LoadMark good = marks.begin("good");
        CountDownLatch begun = new CountDownLatch(1);
        Thread suspect = Thread.ofPlatform().start(() -> {
            try (LoadMark mark = marks.begin("suspect")) {
                begun.countDown();
                mark.loaded();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (suspect.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(suspect.isAlive(), "it is loaded beside another");
            Thread.onSpinWait();
        }
        assertEquals(1, begun.getCount());
        assertEquals(1, marks.deaths("suspect"));
        good.close();
        assertTrue(begun.await(LONG.toMinutes(), TimeUnit.MINUTES));
        suspect.join();
        assertEquals(0, marks.deaths("suspect"));
        // What never ends to load does not hold up the others for ever.
        LoadMarks impatient = new LoadMarks(folder, Duration.ofMillis(1));
        run(loading("suspect", "halt"));
        try (LoadMark _ = impatient.begin("endless");
                LoadMark alone = impatient.begin("suspect")) {
            alone.loaded();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenStopsNoLoad() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        LoadMarks marks = new LoadMarks(file, LONG);
        try (LoadMark mark = marks.begin("a")) {
            mark.loaded();
        }
        assertEquals(0, marks.deaths("a"));
    }

    /** Returns once the process loads. */
    private Process loading(String key, String ending) throws Exception {
        Process process = JavaProcess.of(LoadingProcess.class.getName(), folder.toString(), key, ending)
                .start();
        assertTrue(process.inputReader().lines().anyMatch(LoadingProcess.LOADS::equals), "it has marked the version");
        return process;
    }

    /** Lets it end as it was told. */
    private static void run(Process process) throws Exception {
        process.outputWriter().close();
        assertFalse(process.waitFor() == 0, "ended by a crash or an exit status");
    }
}
