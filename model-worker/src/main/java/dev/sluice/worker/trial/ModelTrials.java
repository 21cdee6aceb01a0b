package dev.sluice.worker.trial;

import dev.sluice.worker.inference.LoadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches a verdict on a version without risk for this process, once for the same files and limits. */
public final class ModelTrials {
    private static final Logger LOG = LoggerFactory.getLogger(ModelTrials.class);
    private static final Duration LOOK = Duration.ofMillis(50);
    /** A process that a signal has ended exits with this and the signal's number. */
    private static final int SIGNALLED = 128;

    private final LoadSettings loading;
    private final TrialLimits limits;
    private final Path folder;
    private final VerdictStore verdicts;
    private final TrialTurns turns = new TrialTurns(Runtime.getRuntime().availableProcessors());

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
        Verdict verdict;
        try (TrialTurns.Turn turn = turns.take()) {
            verdict = tryOut(
                    new TrialRequest(model.toAbsolutePath().toString(), digest, loading, profiling.toMillis()), turn);
        } catch (IOException e) {
            throw new TrialUnavailableException(
                    "the trial of a version cannot be started (%s): check the cache's folder and the limit of processes"
                            .formatted(e.getMessage()),
                    e);
        }
        verdicts.write(subject, verdict);
        return verdict;
    }

    private String subject(String digest) {
        return "%s\nthreads %d, %d pixels, %s\n%s, heap %d"
                .formatted(
                        digest, loading.threads(), loading.maxPixels(), loading.inputs(), limits, limits.heapBytes());
    }

    private Verdict tryOut(TrialRequest request, TrialTurns.Turn turn) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path trial = Files.createTempDirectory(folder, "trial-");
        try {
            request.write(trial);
            try (ChildJvm child = ChildJvm.start(trial, limits)) {
                return watch(child, turn, TrialRequest.verdictOf(trial));
            }
        } finally {
            delete(trial);
        }
    }

    private Verdict watch(ChildJvm child, TrialTurns.Turn turn, Path verdict) throws IOException, InterruptedException {
        TrialClock clock = new TrialClock(System::nanoTime, child::processorTime, child::wantsProcessor);
        Optional<Integer> exit = child.waitFor(LOOK);
        while (exit.isEmpty()) {
            long memory = child.memoryBytes();
            if (memory > limits.memoryBytes()) {
                return new Verdict.Failed(
                        "its trial uses %d bytes of memory, the limit is %d: use a smaller model or smaller inputs, or raise --trial-memory"
                                .formatted(memory, limits.memoryBytes()));
            }
            if (clock.used().compareTo(limits.timeout()) > 0) {
                return new Verdict.Failed(
                        "its trial has not ended after %d s: make loading and inference faster, or raise --trial-timeout"
                                .formatted(limits.timeout().toSeconds()));
            }
            turn.giveUpWhenLong();
            exit = child.waitFor(LOOK);
        }
        if (Files.exists(verdict)) {
            return VerdictFile.read(verdict).verdict();
        }
        if (exit.get() <= SIGNALLED) {
            // The JVM did not start, or its files could not be written: no fault of the version.
            throw new IOException("exit status %d, %s"
                    .formatted(exit.get(), child.output().lines().findFirst().orElse("")));
        }
        LOG.warn("Signal {} killed a trial: {}", exit.get() - SIGNALLED, child.output());
        return new Verdict.Failed(
                "its trial was killed by signal %d: the engine crashes on this model, or memory ran out; export the model again or give the worker more memory"
                        .formatted(exit.get() - SIGNALLED));
    }

    private static void delete(Path folder) {
        try {
            TrialRequest.delete(folder);
        } catch (IOException e) {
            LOG.warn("Folder {} of a trial cannot be deleted: {}", folder, e.getMessage());
        }
    }
}
