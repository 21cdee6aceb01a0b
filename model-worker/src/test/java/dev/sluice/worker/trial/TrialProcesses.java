package dev.sluice.worker.trial;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The child JVMs in which a process tries versions. */
final class TrialProcesses {
    private TrialProcesses() {}

    static List<ProcessHandle> of(ProcessHandle parent) {
        return parent.children().filter(TrialProcesses::isTrial).toList();
    }

    static ProcessHandle awaitOneOf(ProcessHandle parent) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (true) {
            Optional<ProcessHandle> trial = of(parent).stream().findFirst();
            if (trial.isPresent()) {
                return trial.get();
            }
            assertTrue(parent.isAlive() && System.nanoTime() < end, "no trial was started");
            // There is no event for another process's child.
            Thread.sleep(20);
        }
    }

    /** A long command line is missing from what a process handle tells. */
    private static boolean isTrial(ProcessHandle child) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(child.pid()), "cmdline"))
                    .contains(TrialProcess.class.getName());
        } catch (IOException gone) {
            return false;
        }
    }
}
