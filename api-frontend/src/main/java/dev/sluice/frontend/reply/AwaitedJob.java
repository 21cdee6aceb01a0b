package dev.sluice.frontend.reply;

import dev.sluice.job.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One queued job that is waited for in this process, be it by one request or by the members of a group: who waits, how it ended, and when
 * it is looked up next. {@link Replies} acts on it. One event loop only.
 */
public final class AwaitedJob {
    private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(1);

    private final JobId id;
    private final String key;
    private List<JobWait> waits = new ArrayList<>();
    private int holders;
    private @Nullable JobEnding ending;
    private long lookUpAtNanos = Long.MAX_VALUE;
    private Duration lookUpEvery = LOOK_UP_EVERY;

    AwaitedJob(JobId id) {
        this.id = id;
        this.key = id.toString();
    }

    JobId id() {
        return id;
    }

    /** The id as replies name it. */
    String key() {
        return key;
    }

    /** Until {@link #letGo()}, waits may be added, so that it is not forgotten though it has none. */
    void hold() {
        holders++;
    }

    void letGo() {
        holders--;
    }

    void add(JobWait wait) {
        waits.add(wait);
    }

    void remove(JobWait wait) {
        waits.remove(wait);
    }

    boolean isWanted() {
        return holders > 0 || !waits.isEmpty();
    }

    /** Null until it has ended. */
    @Nullable JobEnding ending() {
        return ending;
    }

    boolean hasEnded() {
        return ending != null;
    }

    /** The first end counts. @return the waits that end with it */
    List<JobWait> end(JobEnding how) {
        if (ending == null) {
            ending = how;
        }
        List<JobWait> ended = waits;
        waits = new ArrayList<>();
        return ended;
    }

    void watchEvery(Duration interval) {
        lookUpEvery = interval;
        lookUpAfter(Duration.ZERO);
    }

    void lookUpAfter(Duration pause) {
        lookUpAtNanos = System.nanoTime() + pause.toNanos();
    }

    void lookUpAgain() {
        lookUpAfter(lookUpEvery);
    }

    /** Not before its acceptance is known: until then Redis may rightly have no record of it. */
    boolean isAccepted() {
        return lookUpAtNanos != Long.MAX_VALUE;
    }

    boolean isDue(long nowNanos) {
        return isAccepted() && lookUpAtNanos - nowNanos <= 0;
    }
}
