package dev.sluice.worker.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Lets a child JVM that has loaded its version measure it in its turn, and notes whether it had cores of its own meanwhile. */
final class Measuring {
    /** Then it is measured beside others, rather than not at all. */
    private static final Duration MOST_WAITING = Duration.ofSeconds(15);
    /** Beyond twice the time that measuring may take: what hangs does not delay the others. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final TrialTurns turns;
    private final TrialTurns.Turn turn;
    private final ChildJvm child;
    private final Path trial;
    private final Duration most;
    private Phase phase = Phase.LOADING;
    private long since;
    private boolean isBesideOthers;

    private enum Phase {
        LOADING,
        WAITING,
        MEASURING
    }

    /**
     * @param trial its folder
     * @param budget how long measuring may take
     */
    Measuring(TrialTurns turns, TrialTurns.Turn turn, ChildJvm child, Path trial, Duration budget) {
        this.turns = turns;
        this.turn = turn;
        this.child = child;
        this.trial = trial;
        this.most = budget.multipliedBy(2).plus(GRACE);
    }

    /**
     * To be called often.
     *
     * @return whether the child waits, so that the time is not its own
     */
    boolean step() throws IOException {
        switch (phase) {
            case LOADING -> {
                turn.giveUpWhenLong();
                if (Files.exists(TrialRequest.loadedOf(trial))) {
                    enter(Phase.WAITING);
                    letMeasure();
                }
            }
            case WAITING -> letMeasure();
            case MEASURING -> {
                isBesideOthers |= turns.isCrowded();
                if (isLongerThan(most)) {
                    turn.giveUp();
                }
            }
        }
        return phase == Phase.WAITING;
    }

    /** Whether other trials took cores from it; to be asked when it has ended. */
    boolean wasBesideOthers() throws IOException {
        isBesideOthers |= turns.isCrowded();
        return isBesideOthers;
    }

    private void letMeasure() throws IOException {
        if (turn.regain() || isLongerThan(MOST_WAITING)) {
            Files.createFile(TrialRequest.measuringOf(trial));
            isBesideOthers = turns.isCrowded();
            child.letMeasure();
            enter(Phase.MEASURING);
        }
    }

    private void enter(Phase next) {
        phase = next;
        since = System.nanoTime();
    }

    private boolean isLongerThan(Duration limit) {
        return System.nanoTime() - since > limit.toNanos();
    }
}
