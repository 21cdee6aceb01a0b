package dev.sluice.worker.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the child JVM of a trial ended.
 *
 * @param isAboutTheVersion otherwise the machine may be at fault, and a later trial may end differently
 */
record Ending(Verdict verdict, boolean isAboutTheVersion) {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    /** A process that a signal has ended exits with this and the signal's number. */
    private static final int SIGNALLED = 128;
    /** SIGINT, SIGKILL, SIGTERM: from people, or from the kernel when memory runs out. */
    private static final Set<Integer> FROM_OUTSIDE = Set.of(2, 9, 15);

    static Ending rejection(String reason) {
        return new Ending(new Verdict.Failed(reason), true);
    }

    /**
     * @param exit its exit status
     * @param output the end of what it has written
     */
    static Ending of(int exit, Path trial, String output) throws IOException, TrialUnavailableException {
        Path written = TrialRequest.verdictOf(trial);
        if (Files.exists(written)) {
            Verdict verdict = VerdictFile.read(written).verdict();
            boolean isUnexpected = verdict.equals(TrialProcess.UNEXPECTED);
            if (isUnexpected) {
                LOG.warn("A trial ended with an unexpected error: {}", output);
            }
            return new Ending(verdict, !isUnexpected);
        }
        if (exit <= SIGNALLED) {
            // The JVM did not start, or its files could not be written: no fault of the version.
            throw new IOException("exit status %d, %s"
                    .formatted(exit, output.lines().findFirst().orElse("")));
        }
        int signal = exit - SIGNALLED;
        LOG.warn("Signal {} killed a trial: {}", signal, output);
        if (FROM_OUTSIDE.contains(signal) || !Files.exists(TrialRequest.startOf(trial))) {
            throw new TrialUnavailableException(
                    "the trial of a version was killed by signal %d: give the machine more memory, unless it was you"
                            .formatted(signal));
        }
        return rejection(
                "its trial was killed by signal %d: the engine crashes on this model, or memory ran out; export the model again or give the worker more memory"
                        .formatted(signal));
    }
}
