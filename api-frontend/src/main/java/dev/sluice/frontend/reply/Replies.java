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
 * The answers that this process waits for. They come by pub/sub, which may lose them; so whoever waits is also looked up after each
 * subscription, and every second once an answer is overdue. One event loop only.
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

    /** Before the accept is sent, because the answer may overtake its acknowledgement. To be released. */
    public AwaitedJob expect(JobId queued) {
        AwaitedJob job = awaited.computeIfAbsent(queued.toString(), _ -> new AwaitedJob(vertx, this, queued));
        job.claim();
        return job;
    }

    /** A job whose answer may be published elsewhere, so it is asked for again and again. To be released. */
    public AwaitedJob watch(JobId queued) {
        AwaitedJob job = expect(queued);
        job.watchEvery(WATCH_EVERY);
        lookUp(job);
        return job;
    }

    /** Nobody is kept waiting any longer. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(ticker);
        List.copyOf(awaited.values()).forEach(job -> job.end(new JobEnding.Overdue()));
        return subscriber.close();
    }

    void forget(AwaitedJob job) {
        awaited.remove(job.id().toString(), job);
    }

    /** At the end of a wait: its answer may have been lost a moment ago. */
    Future<JobEnding> lastLook(AwaitedJob job) {
        if (job.hasEnded()) {
            return job.future();
        }
        if (!job.isAccepted() || closed) {
            return Future.succeededFuture(new JobEnding.Overdue());
        }
        return lookUp(job).map(_ -> job.hasEnded() ? job.future().result() : new JobEnding.Overdue());
    }

    private void receive(Buffer message) {
        for (Reply reply : Reply.parse(message)) {
            AwaitedJob job = awaited.get(reply.id());
            if (job == null) {
                continue;
            }
            if (reply.complete()) {
                job.end(new JobEnding.Ended(reply.state(), new CommittedOutcome(reply.outcome())));
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

    private static void found(AwaitedJob job, Optional<JobRecord> found) {
        if (found.isEmpty()) {
            job.end(new JobEnding.Lost());
            return;
        }
        JobState state = found.get().state();
        if (state.isFinal()) {
            job.end(new JobEnding.Ended(state, new CommittedOutcome(found.get().outcome())));
        }
    }
}
