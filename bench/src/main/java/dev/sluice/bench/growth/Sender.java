package dev.sluice.bench.growth;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.ExpirySweep;
import dev.sluice.frontend.reply.AwaitedJob;
import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The API's half of the queue without its HTTP: keeps so many jobs in flight, and reads the board as the API does. On one event loop. */
final class Sender {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);
    private static final Duration ACCEPT_WITHIN = Duration.ofSeconds(10);
    private static final Duration OUTCOME_TTL = Duration.ofMinutes(15);
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_UP_AFTER = Duration.ofSeconds(10);
    private static final QueueBudget BUDGET = new QueueBudget(1_000_000, 100_000_000, 8L << 30);

    private final Context loop;
    private final Load load;
    private final List<Deployment> deployments;
    private final RedisLink link;
    private final JobIntake intake;
    private final Replies replies;
    private final DeploymentCatalog catalog;
    private final ExpirySweep sweep;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private int window;
    private int next;

    private Sender(Vertx vertx, Context loop, String redis, Load load, List<Deployment> deployments) {
        this.loop = loop;
        this.load = load;
        this.deployments = deployments;
        link = RedisLink.open(vertx, redis, "queue", COMMAND_LIMIT);
        intake = intake(link);
        replies = new Replies(vertx, redis, intake);
        catalog = new DeploymentCatalog(vertx, new DeploymentBoard(link), Optional::empty);
        sweep = new ExpirySweep(vertx, catalog, intake, Duration.ofSeconds(30));
        sweep.start();
    }

    /** With room for more than any API lets in. */
    static JobIntake intake(RedisLink link) {
        return new JobIntake(link, BUDGET, ACCEPT_WITHIN, OUTCOME_TTL);
    }

    /** Jobs go to the deployments in turn. */
    static Future<Sender> start(Vertx vertx, String redis, Load load, List<Deployment> deployments) {
        Promise<Sender> connected = Promise.promise();
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(_ -> {
            Sender sender = new Sender(vertx, loop, redis, load, deployments);
            sender.link.connected().onSuccess(_ -> {
                sender.catalog.start();
                connected.complete(sender);
            });
        });
        return connected.future();
    }

    /** From now on this many jobs are in flight. */
    void keepInFlight(int jobs) {
        loop.runOnContext(_ -> {
            window = jobs;
            fill();
        });
    }

    boolean isReady() {
        return replies.link().isConnected() && catalog.isKnown();
    }

    int inFlight() {
        return inFlight.get();
    }

    long answered() {
        return answered.get();
    }

    long failed() {
        return failed.get();
    }

    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        loop.runOnContext(_ -> {
            sweep.close();
            catalog.close();
            replies.close().eventually(link::close).onComplete(closed);
        });
        return closed.future();
    }

    private void fill() {
        while (inFlight.get() < window) {
            inFlight.incrementAndGet();
            send(load.job(deployments.get(next++ % deployments.size()), replies.channel()));
        }
    }

    private void send(Submission job) {
        AwaitedJob awaited = replies.expect(job.id());
        intake.accept(job).onComplete(sent -> {
            if (sent.succeeded() && sent.result() instanceof Acceptance.Accepted) {
                replies.accepted(awaited, LOOK_UP_AFTER);
                replies.within(awaited, ANSWER_LIMIT).ending().onSuccess(this::ended);
            } else {
                ended(new JobEnding.Lost());
            }
            replies.release(awaited);
        });
    }

    private void ended(JobEnding how) {
        boolean done = how instanceof JobEnding.Ended ended && ended.state() == JobState.DONE;
        (done ? answered : failed).incrementAndGet();
        inFlight.decrementAndGet();
        fill();
    }
}
