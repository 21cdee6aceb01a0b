package dev.sluice.frontend;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.BytesInFlight;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.LabelsBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.ExpirySweep;
import dev.sluice.frontend.durability.RedisMemory;
import dev.sluice.frontend.durability.RedisSetupReader;
import dev.sluice.frontend.durability.RedisSetupWatch;
import dev.sluice.frontend.http.FrontServer;
import dev.sluice.frontend.http.HttpFront;
import dev.sluice.frontend.http.ManagementRoutes;
import dev.sluice.frontend.predict.JobAcceptor;
import dev.sluice.frontend.predict.Predictions;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.frontend.telemetry.RequestMetrics;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.process.ListenFailure;
import dev.sluice.queue.JobIntake;
import dev.sluice.redis.RedisHealth;
import dev.sluice.redis.RedisLink;
import dev.sluice.telemetry.ManagementServer;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.telemetry.ProcessMeters;
import dev.sluice.telemetry.Readiness;
import dev.sluice.telemetry.RedisMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of one API process, wired together; everything runs on this verticle's one event loop. */
public final class Frontend extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Frontend.class);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(1);
    private static final Duration ACCEPT_WITHIN = Duration.ofSeconds(2);

    private final FrontendSettings settings;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Promise<Void> draining = Promise.promise();

    private @Nullable Running running;

    public Frontend(FrontendSettings settings) {
        this.settings = settings;
    }

    /** What stands while the process runs, in the order in which it was started. */
    private record Running(
            RedisLink link,
            RedisHealth redis,
            Replies replies,
            DeploymentCatalog catalog,
            ExpirySweep sweep,
            RedisSetupWatch setup,
            FrontServer server,
            ManagementServer management) {}

    @Override
    public Future<?> start() {
        RedisLink link = RedisLink.open(vertx, settings.redis.withCredentials(), "queue", COMMAND_LIMIT);
        JobIntake intake = new JobIntake(link, settings.budget(), ACCEPT_WITHIN, settings.outcomeTtl);
        Replies replies = new Replies(vertx, settings.redis.withCredentials(), intake);
        RedisHealth redis = RedisHealth.watch(vertx, List.of(link, replies.link()), RedisHealth.Publishes.YES);
        DeploymentCatalog catalog = new DeploymentCatalog(vertx, new DeploymentBoard(link), redis::fault);
        ExpirySweep sweep = new ExpirySweep(vertx, catalog, intake, settings.workerGrace);
        RedisSetupReader setupReader = new RedisSetupReader(link);
        RedisSetupWatch setup = new RedisSetupWatch(vertx, setupReader);
        BytesInFlight inFlight = new BytesInFlight(settings.inFlightLimit);
        Admission admission = new Admission(settings.workerGrace, redis::fault);
        JobAcceptor acceptor = new JobAcceptor(vertx, link, intake);
        RequestMetrics metrics = new RequestMetrics(registry, settings.workerGrace);
        measure(redis, replies, inFlight, setup);
        catalog.onRead(admission::boardWasRead);
        catalog.onRead(acceptor::redisAnswers);
        catalog.onRead(() -> metrics.board(catalog));

        Readiness readiness = () -> health(redis, catalog, setup);
        HttpFront front = new HttpFront(
                vertx,
                catalog,
                new BodyReader(vertx, settings.inputLimits(), inFlight),
                new InputParser(settings.inputLimits(), settings.extraColumns()),
                new Predictions(vertx, admission, acceptor, replies, intake),
                intake,
                new FeedbackLog(link),
                new LabelsBody(settings.inputLimits()),
                replies,
                inFlight,
                setupReader,
                metrics,
                readiness,
                draining.future());
        return naming("--port", settings.port, front.listen(settings.host, settings.port, settings.frontTerms()))
                .compose(server -> naming(
                                "--management-port",
                                settings.managementPort,
                                ManagementServer.listen(
                                        vertx,
                                        settings.host,
                                        settings.managementPort,
                                        registry,
                                        readiness,
                                        new ManagementRoutes(vertx, catalog, link, settings.asyncDeadline).handler()))
                        .onSuccess(management -> {
                            link.connected().onSuccess(_ -> catalog.start());
                            link.connected().onSuccess(_ -> setup.start());
                            sweep.start();
                            running = new Running(link, redis, replies, catalog, sweep, setup, server, management);
                        }));
    }

    /** A failure to listen that says which setting to change. */
    private <T> Future<T> naming(String option, int port, Future<T> listening) {
        return listening.recover(
                failure -> Future.failedFuture(ListenFailure.of(failure, settings.host, port, option)));
    }

    public int port() {
        return started().server().port();
    }

    public int managementPort() {
        return started().management().port();
    }

    /** Not ready from now on; goes on serving until load balancers have seen that, then finishes what it holds, as long as the time allows. */
    public Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(_ -> {
            LOG.info("draining: {} waiting", started().replies().count());
            draining.tryComplete();
            afterDrainDelay(
                    () -> started().server().drain(settings.drainTimeout).onComplete(drained));
        });
        return drained.future();
    }

    private void afterDrainDelay(Runnable closing) {
        if (settings.drainDelay.isZero()) {
            closing.run();
        } else {
            vertx.setTimer(settings.drainDelay.toMillis(), _ -> closing.run());
        }
    }

    /** In the reverse order of the start. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        if (parts == null) {
            return Future.succeededFuture();
        }
        parts.setup().close();
        parts.sweep().close();
        parts.catalog().close();
        parts.redis().close();
        return parts.management()
                .close()
                .eventually(() -> parts.replies().close())
                .eventually(() -> parts.link().close());
    }

    private Running started() {
        if (running == null) {
            throw new IllegalStateException("not started yet");
        }
        return running;
    }

    private Readiness.Health health(RedisHealth redis, DeploymentCatalog catalog, RedisSetupWatch setup) {
        List<String> obstacles = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        if (draining.future().isComplete()) {
            obstacles.add("this process is draining");
        }
        RedisMeters.describe(redis, settings.redis.toString(), obstacles, warnings);
        if (redis.isAnswering() && !catalog.isKnown()) {
            obstacles.add("the deployment board has not been read yet");
        }
        setup.obstacle().ifPresent(obstacles::add);
        return new Readiness.Health(obstacles, warnings);
    }

    private void measure(RedisHealth redis, Replies replies, BytesInFlight inFlight, RedisSetupWatch setup) {
        Gauge.builder(MetricNames.WAITERS, replies, Replies::count).register(registry);
        Gauge.builder(MetricNames.BODY_BYTES_HELD, inFlight, BytesInFlight::held)
                .baseUnit("bytes")
                .register(registry);
        RedisMeters.bindTo(registry, redis);
        memoryGauge(MetricNames.REDIS_MEMORY_USED, setup, RedisMemory::usedBytes);
        memoryGauge(MetricNames.REDIS_MEMORY_LIMIT, setup, RedisMemory::limitBytes);
        ProcessMeters.bindTo(registry);
    }

    private void memoryGauge(String name, RedisSetupWatch setup, ToDoubleFunction<RedisMemory> bytes) {
        Gauge.builder(
                        name,
                        setup,
                        watch -> watch.memory().map(bytes::applyAsDouble).orElse(Double.NaN))
                .baseUnit("bytes")
                .register(registry);
    }
}
