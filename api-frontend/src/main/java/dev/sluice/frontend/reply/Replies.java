package dev.sluice.frontend.reply;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Reply;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers that this process waits for, with their timers and look-ups. They come by pub/sub, which may lose them; so a job that is
 * waited for is also looked up after each subscription, and every second once its answer is overdue. One event loop only.
 */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
    private static final long TICK_MS = 250;
    private static final Duration WATCH_EVERY = Duration.ofMillis(200);

    private final Map<String, AwaitedJob> awaited = new HashMap<>();
    private final JobIntake intake;
    private final Vertx vertx;
    private final String channel;
    private final ChannelSubscriber subscriber;
    private final long ticker;
    private boolean closed;

    public Replies(Vertx vertx, String redisUrl, JobIntake intake) {
        this.vertx = vertx;
        this.intake = intake;
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        this.channel = QueueKeys.replyChannel(HexFormat.of().formatHex(random));
        this.subscriber = new ChannelSubscriber(vertx, redisUrl, "replies", this::lookUpAll);
        this.ticker = vertx.setPeriodic(TICK_MS, _ -> lookUpTheDue());
        subscriber.listen(channel, this::receive);
    }

    /** The channel that goes into the jobs. */
    public String channel() {
        return channel;
    }

    /** The connection over which answers arrive. Without it they are looked up, which takes longer. */
    public RedisLink link() {
        return subscriber.link();
    }

    public int count() {
        return awaited.size();
    }

    /** Before the accept is sent, because the answer may overtake its acknowledgement. To be {@linkplain #release released}. */
    public AwaitedJob expect(JobId queued) {
        AwaitedJob job = awaited.computeIfAbsent(queued.toString(), _ -> new AwaitedJob(queued));
        job.hold();
        return job;
    }

    /** A job whose answer may be published elsewhere, so it is looked up again and again. To be {@linkplain #release released}. */
    public AwaitedJob watch(JobId queued) {
        AwaitedJob job = expect(queued);
        job.watchEvery(WATCH_EVERY);
        lookUp(job);
        return job;
    }

    /** It is in the queue: from {@code predicted} on it is looked up, should its answer not have come. */
    public void accepted(AwaitedJob job, Duration predicted) {
        job.lookUpAfter(predicted);
    }

    /** A wait for the end of a job that has not been released: ends within the limit, then with {@link JobEnding.Overdue}. */
    public JobWait within(AwaitedJob job, Duration limit) {
        JobWait wait = new JobWait(job.id());
        JobEnding ending = job.ending();
        if (ending == null) {
            job.add(wait);
            wait.endsBy(vertx.setTimer(Math.max(1, limit.toMillis()), _ -> atItsLimit(job, wait)));
        } else {
            wait.end(ending);
        }
        return wait;
    }

    /** The sender adds no more waits; without any, the job is forgotten. */
    public void release(AwaitedJob job) {
        job.letGo();
        forgetUnlessWanted(job);
    }

    /** The client has gone. @return whether this was the last wait for a job that has not ended */
    public boolean abandon(JobWait wait) {
        if (wait.hasEnded()) {
            return false;
        }
        AwaitedJob job = awaited.get(wait.queued().toString());
        if (job == null) {
            // It ends at this moment, and the wait with it.
            return false;
        }
        leave(job, wait);
        return !job.isWanted();
    }

    /** Ends every wait. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(ticker);
        List.copyOf(awaited.values()).forEach(job -> end(job, new JobEnding.Overdue()));
        return subscriber.close();
    }

    /** Looks the job up once more: its answer may have been lost a moment ago. */
    private void atItsLimit(AwaitedJob job, JobWait wait) {
        if (!job.isAccepted() || closed) {
            leave(job, wait);
            return;
        }
        lookUp(job).onSuccess(_ -> leave(job, wait));
    }

    /** The wait ends before its job does, unless it has ended. */
    private void leave(AwaitedJob job, JobWait wait) {
        if (wait.hasEnded()) {
            return;
        }
        vertx.cancelTimer(wait.deadlineTimer());
        job.remove(wait);
        forgetUnlessWanted(job);
        wait.end(new JobEnding.Overdue());
    }

    private void end(AwaitedJob job, JobEnding how) {
        awaited.remove(job.key(), job);
        for (JobWait wait : job.end(how)) {
            vertx.cancelTimer(wait.deadlineTimer());
            wait.end(how);
        }
    }

    private void forgetUnlessWanted(AwaitedJob job) {
        if (!job.isWanted()) {
            awaited.remove(job.key(), job);
        }
    }

    private void receive(Buffer message) {
        for (Reply reply : Reply.parse(message)) {
            AwaitedJob job = awaited.get(reply.id());
            if (job == null) {
                continue;
            }
            if (reply.complete()) {
                end(job, new JobEnding.Ended(reply.state(), new CommittedOutcome(reply.outcome())));
            } else {
                job.lookUpAfter(Duration.ZERO);
                lookUp(job);
            }
        }
    }

    private void lookUpAll() {
        awaited.values().stream().filter(AwaitedJob::isAccepted).forEach(job -> job.lookUpAfter(Duration.ZERO));
        vertx.runOnContext(_ -> lookUpTheDue());
    }

    private void lookUpTheDue() {
        long now = System.nanoTime();
        List<AwaitedJob> due =
                awaited.values().stream().filter(job -> job.isDue(now)).toList();
        due.forEach(this::lookUp);
    }

    private Future<Void> lookUp(AwaitedJob job) {
        job.lookUpAgain();
        return intake.find(job.id())
                .onSuccess(found -> found(job, found))
                .<Void>mapEmpty()
                .recover(failure -> {
                    // The wait goes on: the next tick asks again.
                    LOG.debug("{} could not be looked up: {}", job.id(), failure.getMessage());
                    return Future.succeededFuture();
                });
    }

    private void found(AwaitedJob job, Optional<JobRecord> found) {
        if (found.isEmpty()) {
            end(job, new JobEnding.Lost());
            return;
        }
        JobState state = found.get().state();
        if (state.isFinal()) {
            end(job, new JobEnding.Ended(state, new CommittedOutcome(found.get().outcome())));
        }
    }
}
