package dev.sluice.worker.trial;

import dev.sluice.text.Sha256;
import dev.sluice.worker.files.ProcessLock;
import dev.sluice.worker.files.UnusedFiles;
import dev.sluice.worker.inference.LoadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches a verdict on a version without risk for this process, once for the same files and limits. Made once in a worker. */
public final class ModelTrials {
    private static final Logger LOG = LoggerFactory.getLogger(ModelTrials.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final LoadSettings loading;
    private final TrialLimits limits;
    private final VerdictScope scope;
    private final Path trials;
    private final Path verdictFolder;
    private final VerdictStore verdicts;
    private final LoadMarks marks;
    private final TrialTurns turns;

    /** Verdicts are stored beside the profiles. */
    public ModelTrials(LoadSettings loading, TrialLimits limits) {
        this(
                loading,
                limits,
                VerdictScope.ofThisProcess(),
                Runtime.getRuntime().availableProcessors() / loading.threads());
    }

    /** @param turns trials that have cores of their own side by side */
    ModelTrials(LoadSettings loading, TrialLimits limits, VerdictScope scope, int turns) {
        this.loading = loading;
        this.limits = limits;
        this.scope = scope;
        this.trials = loading.profiles().resolveSibling("trials").toAbsolutePath();
        this.verdictFolder = loading.profiles().resolveSibling("verdicts").toAbsolutePath();
        Instant now = Instant.now();
        TrialFolder.deleteLeftovers(trials, now);
        List.of(verdictFolder, loading.profiles(), trials).forEach(folder -> UnusedFiles.delete(folder, now));
        this.verdicts = new VerdictStore(verdictFolder);
        this.marks = new LoadMarks(verdictFolder, limits.timeout());
        this.turns = new TrialTurns(trials, Math.max(1, turns), limits.timeout());
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
        String key = key(digest);
        if (marks.deaths(key) >= LoadMarks.MOST_DEATHS) {
            return new Verdict.Failed(
                    "the worker ended %d times while loading it, though it passed its trial: give the worker more memory or export the model again, then set the alias again to try once more"
                            .formatted(marks.deaths(key)));
        }
        Optional<VerdictStore.Known> known = verdicts.read(key);
        if (known.isPresent() && !known.get().isToRepeat()) {
            return known.get().verdict();
        }
        try {
            return reach(
                    key, new TrialRequest(model.toAbsolutePath().toString(), digest, loading, profiling.toMillis()));
        } catch (IOException | TrialUnavailableException e) {
            if (known.isPresent()) {
                LOG.warn("The profile of {} cannot be measured again now: {}", model, e.getMessage());
                return known.get().verdict();
            }
            throw e instanceof TrialUnavailableException unavailable
                    ? unavailable
                    : new TrialUnavailableException(
                            "the trial of a version cannot be started (%s): check the cache's folder and the limit of processes"
                                    .formatted(e.getMessage()),
                            e);
        }
    }

    /** From now on a version with this content that has failed, or has ended workers, is tried again. */
    public void forgetFailure(String digest) {
        verdicts.forgetFailure(key(digest));
        marks.forget(key(digest));
    }

    /** To be called before this process loads a version that has passed, and closed once that has ended. */
    public LoadMark markLoading(String digest) throws InterruptedException {
        return marks.begin(key(digest));
    }

    String key(String digest) {
        return Sha256.hex(
                "%s\nthreads %d, %d pixels, %s\n%s, heap %d\n%s"
                        .formatted(
                                digest,
                                loading.threads(),
                                loading.maxPixels(),
                                loading.inputs(),
                                limits,
                                limits.heapBytes(),
                                scope),
                16);
    }

    /** Held by the worker that tries the version. */
    Path lockOf(String key) {
        return verdictFolder.resolve(key + ".lock");
    }

    /** One worker on the cache tries the version, the others wait for its verdict; for the time of a trial at most. */
    private Verdict reach(String key, TrialRequest request)
            throws IOException, TrialUnavailableException, InterruptedException {
        Files.createDirectories(verdictFolder);
        Path lockFile = lockOf(key);
        long end = System.nanoTime() + limits.timeout().toNanos();
        while (true) {
            Optional<ProcessLock> lock = ProcessLock.tryAcquire(lockFile);
            try {
                Optional<VerdictStore.Known> reachedByAnother = verdicts.read(key);
                if (reachedByAnother.isPresent() && !reachedByAnother.get().isToRepeat()) {
                    return reachedByAnother.get().verdict();
                }
                if (lock.isPresent() || System.nanoTime() > end) {
                    return tryOut(key, request);
                }
            } finally {
                if (lock.isPresent()) {
                    lock.get().close();
                }
            }
            Thread.sleep(POLL);
        }
    }

    private Verdict tryOut(String key, TrialRequest request)
            throws IOException, TrialUnavailableException, InterruptedException {
        TrialRun.Result result;
        try (TrialTurns.Turn turn = turns.take()) {
            result = new TrialRun(turns, turn, limits).run(trials, request);
        }
        Verdict verdict = result.ending().verdict();
        if (result.ending().isAboutTheVersion()) {
            verdicts.write(key, VerdictFile.of(verdict, result.isMeasuredBesideOthers()));
        }
        if (verdict instanceof Verdict.Passed && result.isMeasuredBesideOthers()) {
            LOG.warn(
                    "The profile of {} was measured beside other trials and may be too slow: the next start measures it again",
                    request.model());
        }
        return verdict;
    }
}
