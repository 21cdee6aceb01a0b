package dev.sluice.frontend;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.body.BodyReader;
import dev.sluice.frontend.body.BytesInFlight;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.LabelsBody;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.ExpirySweep;
import dev.sluice.frontend.catalog.VersionAnswers;
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
import dev.sluice.process.Program;
import dev.sluice.process.StartedParts;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.VersionRecords;
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
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of one API process, wired together; everything runs on one event loop. */
public final class Frontend implements Program {
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

    /** What is asked of the parts once they have started. */
    private record Running(Vertx vertx, Replies replies, FrontServer server, ManagementServer management) {}

    @Override
    public Future<?> start(Vertx vertx, StartedParts parts) {
        String address = settings.process.redis.withCredentials();
        RedisLink link = RedisLink.open(vertx, address, "queue", COMMAND_LIMIT);
        parts.add("The connection to Redis", link::close);
        JobIntake intake = new JobIntake(link, settings.budget(), ACCEPT_WITHIN, settings.outcome.outcomeTtl);
        Replies replies = new Replies(vertx, address, intake);
        parts.add("The connection for answers", replies::close);
        RedisHealth redis = RedisHealth.watch(vertx, List.of(link, replies.link()), RedisHealth.Publishes.YES);
        parts.addImmediate("The probe of Redis", redis::close);
        DeploymentCatalog catalog = new DeploymentCatalog(vertx, new DeploymentBoard(link), redis::fault);
        RedisSetupReader setupReader = new RedisSetupReader(link);
        RedisSetupWatch setup = new RedisSetupWatch(vertx, setupReader);
        BytesInFlight inFlight = new BytesInFlight(settings.inFlightLimit);
        VersionAnswers versions = new VersionAnswers(new VersionRecords(link));
        Admission admission = new Admission(settings.workerGrace, redis::fault);
        JobAcceptor acceptor = new JobAcceptor(vertx, link, intake);
        RequestMetrics metrics = new RequestMetrics(registry, settings.workerGrace);
        measure(redis, replies, inFlight, setup);
        catalog.onRead(admission::boardWasRead);
        catalog.onRead(acceptor::redisAnswers);
        catalog.onRead(() -> metrics.board(catalog));
        catalog.onRead(() -> versions.boardWasRead(catalog));

        Readiness readiness = () -> health(redis, catalog, setup);
        HttpFront front = new HttpFront(
                vertx,
                catalog,
                new BodyReader(vertx, settings.inputLimits(), inFlight),
                new InputParser(settings.inputLimits(), settings.extraColumns),
                new Predictions(vertx, admission, acceptor, replies, intake),
                versions,
                intake,
                new FeedbackLog(link),
                new LabelsBody(settings.inputLimits()),
                replies,
                inFlight,
                setupReader,
                metrics,
                readiness,
                draining.future());
        var management = new ManagementRoutes(vertx, catalog, versions, link, settings.asyncDeadline).handler();
        ExpirySweep sweep = new ExpirySweep(vertx, catalog, intake, settings.workerGrace);
        return listen(front, parts)
                .compose(server -> listen(vertx, readiness, management, parts)
                        .map(opened -> new Running(vertx, replies, server, opened)))
                .onSuccess(started -> running = started)
                .compose(_ -> watch(link, catalog, setup, sweep, parts));
    }

    private Future<FrontServer> listen(HttpFront front, StartedParts parts) {
        return ListenFailure.naming(
                        front.listen(settings.process.host, settings.port, settings.frontTerms()),
                        settings.process.host,
                        settings.port,
                        "--port")
                .map(server -> {
                    parts.add("The interface", () -> server.drain(Duration.ZERO));
                    return server;
                });
    }

    private Future<ManagementServer> listen(
            Vertx vertx, Readiness readiness, Handler<HttpServerRequest> routes, StartedParts parts) {
        return ListenFailure.naming(
                        ManagementServer.listen(
                                vertx, settings.process.host, settings.managementPort, registry, readiness, routes),
                        settings.process.host,
                        settings.managementPort,
                        "--management-port")
                .map(server -> {
                    parts.add("The management port", server::close);
                    return server;
                });
    }

    private static Future<Void> watch(
            RedisLink link, DeploymentCatalog catalog, RedisSetupWatch setup, ExpirySweep sweep, StartedParts parts) {
        link.connected().onSuccess(_ -> catalog.start());
        parts.addImmediate("The deployment board", catalog::close);
        link.connected().onSuccess(_ -> setup.start());
        parts.addImmediate("The watch over Redis's set-up", setup::close);
        sweep.start();
        parts.addImmediate("The expiry of jobs", sweep::close);
        return Future.succeededFuture();
    }

    @Override
    public String welcome() {
        return "serving on http://%s:%d (docs at /docs), management on port %d"
                .formatted(settings.process.host, port(), managementPort());
    }

    public int port() {
        return started().server().port();
    }

    public int managementPort() {
        return started().management().port();
    }

    /** Not ready from now on; goes on serving until load balancers have seen that, then finishes what it holds, as long as the time allows. */
    @Override
    public Future<?> drain() {
        Running parts = started();
        LOG.info("draining: {} waiting", parts.replies().count());
        draining.tryComplete();
        Future<?> seen = settings.drainDelay.isZero()
                ? Future.succeededFuture()
                : parts.vertx().timer(settings.drainDelay.toMillis(), TimeUnit.MILLISECONDS);
        return seen.compose(_ -> parts.server().drain(settings.drainTimeout));
    }

    @Override
    public Duration drainWithin() {
        return settings.drainDelay.plus(settings.drainTimeout);
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
        RedisMeters.describe(redis, settings.process.redis.toString(), obstacles, warnings);
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
        memoryGauge(MetricNames.REDIS_MEMORY_USED, setup, RedisMemory::usedBytes);
        memoryGauge(MetricNames.REDIS_MEMORY_LIMIT, setup, RedisMemory::limitBytes);
        ProcessMeters.bindTo(registry, redis);
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
