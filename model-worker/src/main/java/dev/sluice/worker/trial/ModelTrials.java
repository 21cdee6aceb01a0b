package dev.sluice.worker.trial;

import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches a verdict on a version without risk for this process, once for the same files and limits. */
public final class ModelTrials {
    private static final Logger LOG = LoggerFactory.getLogger(ModelTrials.class);
    private static final Duration LOOK = Duration.ofMillis(50);
    /** A process that a signal has ended exits with this and the signal's number. */
    private static final int SIGNALLED = 128;
    /** SIGINT, SIGKILL, SIGTERM: from people, or from the kernel when memory runs out. */
    private static final Set<Integer> FROM_OUTSIDE = Set.of(2, 9, 15);

    private final LoadSettings loading;
    private final TrialLimits limits;
    private final Path folder;
    private final VerdictStore verdicts;
    private final TrialTurns turns = new TrialTurns(Runtime.getRuntime().availableProcessors());

    /** @param isAboutTheVersion otherwise the machine may be at fault, and a later trial may end differently */
    record Ending(Verdict verdict, boolean isAboutTheVersion) {
        private static Ending rejection(String reason) {
            return new Ending(new Verdict.Failed(reason), true);
        }
    }

    /** Verdicts are stored beside the profiles. */
    public ModelTrials(LoadSettings loading, TrialLimits limits) {
        this.loading = loading;
        this.limits = limits;
        this.folder = loading.profiles().resolveSibling("trials").toAbsolutePath();
        this.verdicts = new VerdictStore(loading.profiles().resolveSibling("verdicts"));
    }

    /**
     * Known already, or reached in a child JVM, which an interrupt ends.
     *
     * @param model the version's folder
     * @param digest of the folder's content
     * @param profiling how long measuring may take
     * @throws TrialUnavailableException when no child could be run
     */
    public Verdict verdict(Path model, String digest, Duration profiling)
            throws TrialUnavailableException, InterruptedException {
        String subject = subject(digest);
        Optional<Verdict> known = verdicts.read(subject);
        if (known.isPresent()) {
            return known.get();
        }
        Ending ending;
        try (TrialTurns.Turn turn = turns.take()) {
            ending = tryOut(
                    new TrialRequest(model.toAbsolutePath().toString(), digest, loading, profiling.toMillis()), turn);
        } catch (IOException e) {
            throw new TrialUnavailableException(
                    "the trial of a version cannot be started (%s): check the cache's folder and the limit of processes"
                            .formatted(e.getMessage()),
                    e);
        }
        if (ending.isAboutTheVersion()) {
            verdicts.write(subject, ending.verdict());
        }
        return ending.verdict();
    }

    /** From now on a version with this content that has failed is tried again. */
    public void forgetFailure(String digest) {
        verdicts.forgetFailure(subject(digest));
    }

    private String subject(String digest) {
        return "%s\nthreads %d, %d pixels, %s\n%s, heap %d"
                .formatted(
                        digest, loading.threads(), loading.maxPixels(), loading.inputs(), limits, limits.heapBytes());
    }

    private Ending tryOut(TrialRequest request, TrialTurns.Turn turn)
            throws IOException, TrialUnavailableException, InterruptedException {
        Files.createDirectories(folder);
        Path trial = Files.createTempDirectory(folder, "trial-");
        try {
            request.write(trial);
            try (ChildJvm child = ChildJvm.start(trial, limits)) {
                return watch(child, turn, trial);
            }
        } finally {
            delete(trial);
        }
    }

    private Ending watch(ChildJvm child, TrialTurns.Turn turn, Path trial)
            throws IOException, TrialUnavailableException, InterruptedException {
        TrialClock clock = new TrialClock(System::nanoTime, child::processorTime, child::wantsProcessor);
        Optional<Integer> exit = child.waitFor(LOOK);
        while (exit.isEmpty()) {
            long memory = child.memoryBytes();
            if (memory > limits.memoryBytes()) {
                return Ending.rejection(
                        "its trial uses %d bytes of memory, the limit is %d: use a smaller model or smaller inputs, or raise --trial-memory"
                                .formatted(memory, limits.memoryBytes()));
            }
            if (clock.used().compareTo(limits.timeout()) > 0) {
                return Ending.rejection(
                        "its trial has not ended after %d s: make loading and inference faster, or raise --trial-timeout"
                                .formatted(limits.timeout().toSeconds()));
            }
            turn.giveUpWhenLong();
            exit = child.waitFor(LOOK);
        }
        return ofEnded(exit.get(), trial, child.output());
    }

    /** @param output the end of what it has written */
    static Ending ofEnded(int exit, Path trial, String output) throws IOException, TrialUnavailableException {
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
        return Ending.rejection(
                "its trial was killed by signal %d: the engine crashes on this model, or memory ran out; export the model again or give the worker more memory"
                        .formatted(signal));
    }

    private static void delete(Path folder) {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            LOG.warn("Folder {} of a trial cannot be deleted: {}", folder, e.getMessage());
        }
    }
}
