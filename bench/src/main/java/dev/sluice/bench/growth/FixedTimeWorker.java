package dev.sluice.bench.growth;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.job.Content;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisLink;
import dev.sluice.worker.batch.DeploymentService;
import dev.sluice.worker.batch.LoggedInput;
import dev.sluice.worker.batch.TimeLeft;
import dev.sluice.worker.batch.Watchdog;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.lease.Heartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A worker process as the product's, but for its models: no registry, no engine. Ends when its standard input does. */
public final class FixedTimeWorker {
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(45);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(5);
    private static final Duration INFERENCE_LIMIT = Duration.ofSeconds(30);

    /** Its fixed time is that of the process, not of a thread. */
    private static final int ONE_LOOP = 1;

    private final RedisLink jobsLink;
    private final Heartbeat heartbeat;
    private final DeploymentService.Surroundings surroundings;
    private final List<DeploymentService> services = new ArrayList<>();

    private FixedTimeWorker(Vertx vertx, String redis) {
        MeterRegistry metrics = new SimpleMeterRegistry();
        jobsLink = RedisLink.open(vertx, redis, "jobs", COMMAND_LIMIT);
        heartbeat = new Heartbeat(LeaseTerms.DEFAULT, metrics);
        surroundings = new DeploymentService.Surroundings(
                jobsLink,
                RedisLink.open(vertx, redis, "heartbeat", COMMAND_LIMIT),
                new ChannelSubscriber(vertx, redis, "wake-ups", () -> {}),
                LeaseTerms.DEFAULT,
                heartbeat,
                new Watchdog(INFERENCE_LIMIT),
                ONE_LOOP,
                new LoggedInput(false, false),
                metrics,
                new JsonObject().put("pid", ProcessHandle.current().pid()));
    }

    /**
     * What such a process serves.
     *
     * @param models how many deployments
     * @param batch most items of a batch
     */
    record Plan(int models, Content content, Duration perBatch, int batch) {
        List<Deployment> deployments() {
            return IntStream.range(0, models)
                    .mapToObj(number -> Deployment.parse("fixed-time-" + number))
                    .toList();
        }

        List<String> arguments() {
            return List.of(
                    String.valueOf(models), content.name(), String.valueOf(perBatch.toMillis()), String.valueOf(batch));
        }

        static Plan parse(List<String> arguments) {
            return new Plan(
                    Integer.parseInt(arguments.get(0)),
                    Content.valueOf(arguments.get(1)),
                    Duration.ofMillis(Long.parseLong(arguments.get(2))),
                    Integer.parseInt(arguments.get(3)));
        }
    }

    /** Arguments: the address of Redis, then a {@link Plan}. */
    public static void main(String[] args) throws InterruptedException, IOException {
        FixedTimeWorker worker = new FixedTimeWorker(Vertx.vertx(), args[0]);
        worker.serve(Plan.parse(List.of(args).subList(1, args.length)));
        while (System.in.read() >= 0) {}
        // Of a benchmark that was broken off, Redis has gone too, and there is nothing to wait for.
        Thread.ofVirtual().start(worker::drain).join(DRAIN_LIMIT);
        System.exit(0);
    }

    private void serve(Plan plan) throws InterruptedException {
        Await.answer(jobsLink.connected());
        DeploymentBoard board = new DeploymentBoard(jobsLink);
        FixedTimeModel model = new FixedTimeModel(plan.content(), plan.perBatch(), plan.batch());
        heartbeat.start();
        for (Deployment deployment : plan.deployments()) {
            Await.answer(board.writeLive(deployment, describe(model)));
            DeploymentService service = new DeploymentService(deployment, model, surroundings);
            services.add(service);
            service.start();
        }
    }

    private void drain() {
        try {
            for (DeploymentService service : services) {
                service.drain(TimeLeft.of(DRAIN_WITHIN, System::nanoTime));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LiveVersion describe(FixedTimeModel model) {
        return new LiveVersion(
                FixedTimeModel.VERSION,
                "fixed-time",
                "none",
                "none",
                "",
                model.signature(),
                model.signatureHash(),
                model.profile(),
                System.currentTimeMillis());
    }
}
