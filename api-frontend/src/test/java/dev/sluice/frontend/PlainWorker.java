package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Futures;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Take;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Tensor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A worker that speaks the real protocol and whose model the test makes up. */
final class PlainWorker implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final LeaseTerms TERMS = new LeaseTerms(
            Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(15), 3, 1 << 20, Duration.ofDays(1), 0);

    private final Vertx vertx = Vertx.vertx();
    private final String incarnation = "test-" + UUID.randomUUID();
    private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1_000);
    private final AtomicInteger jobsServed = new AtomicInteger();
    private final RedisLink link;
    private final ChannelSubscriber subscriber;
    private final JobLeases leases;
    private final Deployment deployment;
    private volatile boolean stopped;

    private PlainWorker(RealRedis redis, Deployment deployment) {
        this.deployment = deployment;
        this.link = RedisLink.open(vertx, redis.url(), "worker", Duration.ofSeconds(2));
        this.subscriber = new ChannelSubscriber(vertx, redis.url(), "wake", () -> {});
        this.leases = new JobLeases(link, deployment, TERMS);
        Futures.await(link.connected());
        Futures.await(
                subscriber.listen(QueueKeys.wakeChannel(deployment, incarnation), _ -> wakes.offer(Boolean.TRUE)));
    }

    /** Writes the version on the board and registers. */
    static PlainWorker serving(RealRedis redis, Deployment deployment, LiveVersion live) {
        return serving(redis, deployment, live, JobSchema.NEWEST);
    }

    /** Rows of irises. */
    static PlainWorker servingIris(RealRedis redis) {
        return serving(
                redis, SampleDeployments.IRIS, SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000));
    }

    /** @param schema the newest that it reads */
    static PlainWorker serving(RealRedis redis, Deployment deployment, LiveVersion live, JobSchema schema) {
        String description = "{\"host\":\"test\",\"pid\":1,\"schema\":%d}".formatted(schema.number());
        PlainWorker worker = new PlainWorker(redis, deployment);
        Futures.await(new DeploymentBoard(worker.link).writeLive(deployment, live));
        Futures.await(worker.leases.register(worker.incarnation, description));
        return worker;
    }

    /** Says how fast it serves, as a real one does with every renewal. */
    void renew(double servedPerSecond) {
        Futures.await(leases.renew(incarnation, servedPerSecond));
    }

    /** The next jobs; waits for them. */
    List<TakenJob> take(int mostItems) {
        Instant limit = Instant.now().plus(LIMIT);
        while (Instant.now().isBefore(limit)) {
            if (Futures.await(leases.take(incarnation, mostItems)) instanceof Take.Jobs(List<TakenJob> jobs)
                    && !jobs.isEmpty()) {
                return jobs;
            }
            awaitWake();
        }
        throw new AssertionError("no job for " + deployment + " within " + LIMIT);
    }

    TakenJob takeOne() {
        return take(1).getFirst();
    }

    boolean finds(int mostItems) {
        return Futures.await(leases.take(incarnation, mostItems)) instanceof Take.Jobs(List<TakenJob> jobs)
                && !jobs.isEmpty();
    }

    /** With answers that are written out. */
    void done(TakenJob job, List<ItemResult> items) {
        done(job, new ItemResults.Lines(items), CommittedVersion.NONE);
    }

    void done(TakenJob job, ItemResults results, CommittedVersion version) {
        Outcome outcome =
                new Outcome("7", SampleDeployments.VERSION_ID, results.size(), new Timing(1.5, 0.25, 2), results);
        Futures.await(
                leases.commit(incarnation, List.of(new Commit(job.id(), outcome, outcome.hasFailures())), version));
        jobsServed.incrementAndGet();
    }

    /** As a real one does with what it cannot read. */
    void bury(TakenJob job, String reason) {
        Futures.await(leases.bury(incarnation, Map.of(job.id(), reason)));
    }

    /** Answers everything that comes, until it is closed. */
    PlainWorker serve(Function<TakenJob, List<ItemResult>> model) {
        Thread.ofVirtual().start(() -> {
            while (!stopped) {
                RunningFrontend.until("connected", () -> link.isConnected() || stopped);
                Future<Take> taken = leases.take(incarnation, 64);
                if (taken.toCompletionStage()
                                        .toCompletableFuture()
                                        .handle((take, _) -> take)
                                        .join()
                                instanceof Take.Jobs(List<TakenJob> jobs)
                        && !jobs.isEmpty()) {
                    jobs.forEach(job -> done(job, model.apply(job)));
                } else {
                    awaitWake();
                }
            }
        });
        return this;
    }

    int jobsServed() {
        return jobsServed.get();
    }

    /** Predicts the first column of each row. */
    static List<ItemResult> echo(TakenJob job) {
        List<ItemResult> items = new ArrayList<>();
        for (double value : firstColumn(job)) {
            items.add(value(value));
        }
        return items;
    }

    /** As {@link #echo}, but fails on rows whose first column is negative. */
    static List<ItemResult> echoOfThePositive(TakenJob job) {
        List<ItemResult> items = new ArrayList<>();
        for (double value : firstColumn(job)) {
            items.add(
                    value >= 0
                            ? value(value)
                            : new ItemResult.Failed(new Failure(Failure.Kind.INFERENCE_FAILED, "negative")));
        }
        return items;
    }

    static ItemResult value(double value) {
        return new ItemResult.Prediction("{\"value\":" + value + "}");
    }

    static ItemResult daisy() {
        return new ItemResult.Prediction(
                "{\"label\":\"daisy\",\"probability\":0.5,\"top\":[{\"label\":\"daisy\",\"probability\":0.5}]}");
    }

    static double[] firstColumn(TakenJob job) {
        return columns(job).getFirst().reals();
    }

    static List<Tensor> columns(TakenJob job) {
        JobInput input = new JobInput.Reader().read(job.input(), Objects.requireNonNull(job.payload()));
        return ((JobInput.Columns) input).columns();
    }

    /** As a real one does when it stops. */
    void leave() {
        assertTrue(Futures.await(leases.leave(incarnation)), "it holds nothing");
    }

    private void awaitWake() {
        try {
            wakes.poll(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stopped = true;
        Futures.await(vertx.close());
    }
}
