package dev.sluice.worker.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Runs one trial: starts the child JVM and watches it until it ends or passes a limit. */
final class TrialRun {
    private static final Duration POLL = Duration.ofMillis(50);

    private final TrialTurns turns;
    private final TrialTurns.Turn turn;
    private final TrialLimits limits;

    TrialRun(TrialTurns turns, TrialTurns.Turn turn, TrialLimits limits) {
        this.turns = turns;
        this.turn = turn;
        this.limits = limits;
    }

    /** @param isMeasuredBesideOthers its profile may be slower than the version is */
    record Result(Ending ending, boolean isMeasuredBesideOthers) {}

    Result run(Path trials, TrialRequest request) throws IOException, TrialUnavailableException, InterruptedException {
        try (TrialFolder folder = TrialFolder.create(trials)) {
            request.write(folder.path());
            try (ChildJvm child = ChildJvm.start(folder.path(), limits)) {
                return watch(child, folder.path(), Duration.ofMillis(request.profilingMillis()));
            }
        }
    }

    private Result watch(ChildJvm child, Path folder, Duration profiling)
            throws IOException, TrialUnavailableException, InterruptedException {
        Measuring measuring = new Measuring(turns, turn, child, folder, profiling);
        TrialClock clock = new TrialClock(System::nanoTime, child::processorTime, child::wantsProcessor);
        Optional<Integer> exit = child.waitFor(POLL);
        while (exit.isEmpty()) {
            // Before its start the JVM's own memory and time count, which say nothing about the version.
            boolean isStarted = Files.exists(TrialRequest.startOf(folder));
            long memory = child.memoryBytes();
            if (isStarted && memory > limits.memoryBytes()) {
                return rejection(
                        "its trial uses %d bytes of memory, the limit is %d: use a smaller model or smaller inputs, or raise --trial-memory"
                                .formatted(memory, limits.memoryBytes()));
            }
            if (measuring.step()) {
                clock.skip();
            } else if (clock.used().compareTo(limits.timeout()) > 0) {
                if (!isStarted) {
                    throw new TrialUnavailableException(
                            "the trial of a version has not started after %d s: give the machine more memory or faster disks"
                                    .formatted(limits.timeout().toSeconds()));
                }
                return rejection(
                        "its trial has not ended after %d s: make loading and inference faster, or raise --trial-timeout"
                                .formatted(limits.timeout().toSeconds()));
            }
            exit = child.waitFor(POLL);
        }
        return new Result(Ending.of(exit.get(), folder, child.output()), measuring.wasBesideOthers());
    }

    private static Result rejection(String reason) {
        return new Result(Ending.rejection(reason), false);
    }
}
