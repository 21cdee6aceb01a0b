package dev.sluice.frontend.http;

import dev.sluice.frontend.telemetry.RequestMetrics;
import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** Times each request, gives it its trace, and writes a line about those that fail. */
final class RequestTelemetry {
    private static final Logger LOG = LoggerFactory.getLogger("access");
    private static final String TRACE = "sluice.trace";
    private static final String STARTED = "sluice.started";
    private static final String ROUTE = "sluice.route";
    private static final String PROBLEM = "sluice.problem";
    private static final String HEALTH = "/health/";
    private static final String NO_ROUTE = "none";
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final RequestMetrics metrics;

    RequestTelemetry(RequestMetrics metrics) {
        this.metrics = metrics;
        metrics.expectRefusals(Arrays.stream(ProblemType.values())
                .filter(type -> type.status() == 429 || type.status() >= 500)
                .map(ProblemType::slug)
                .toList());
    }

    /** Stands before all routes. */
    void begin(RoutingContext exchange) {
        TraceContext trace = TraceContext.of(exchange.request());
        exchange.put(STARTED, System.nanoTime()).put(TRACE, trace);
        exchange.response().putHeader(TraceContext.HEADER, trace.toString());
        exchange.addEndHandler(end -> end(exchange, end));
        exchange.next();
    }

    /** Stands at the head of a route, for its name. */
    static void onRoute(RoutingContext exchange, String route) {
        exchange.put(ROUTE, route);
    }

    static TraceContext traceOf(RoutingContext exchange) {
        return Objects.requireNonNull(exchange.<TraceContext>get(TRACE));
    }

    static Duration elapsed(RoutingContext exchange) {
        return Duration.ofNanos(System.nanoTime() - exchange.<Long>get(STARTED));
    }

    /** The one place where a failed exchange gets its answer. */
    void fail(RoutingContext exchange, Problem problem) {
        exchange.put(PROBLEM, problem);
        metrics.refused(problem.type().slug());
        problem.send(exchange.response());
    }

    /** Of a request that breaks HTTP, so that no route has it. */
    void refuse(HttpServerRequest request, Problem problem) {
        metrics.refused(problem.type().slug());
        metrics.answered(NO_ROUTE, problem.type().status(), Duration.ZERO);
        LOG.info(
                "(no request) {}: {}, {}",
                problem.type().status(),
                problem.type().slug(),
                problem.detail());
        problem.send(request.response());
    }

    private void end(RoutingContext exchange, AsyncResult<Void> end) {
        String route = Objects.requireNonNullElse(exchange.<String>get(ROUTE), NO_ROUTE);
        int status = exchange.response().getStatusCode();
        Duration took = elapsed(exchange);
        if (end.succeeded()) {
            metrics.answered(route, status, took);
        }
        Problem problem = exchange.get(PROBLEM);
        Level level = end.failed() ? Level.DEBUG : levelOf(status, route, problem);
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        try (MDC.MDCCloseable _ = MDC.putCloseable("trace", traceOf(exchange).traceId())) {
            if (end.failed()) {
                LOG.debug(
                        "{} {} the client has gone after {} ms",
                        exchange.request().method(),
                        route,
                        took.toMillis());
                return;
            }
            LOG.atLevel(level)
                    .log(
                            "{} {} {} {} ms{}",
                            exchange.request().method(),
                            route.equals(NO_ROUTE)
                                    ? "(no route)"
                                    : exchange.request().path(),
                            status,
                            took.toMillis(),
                            problem == null ? "" : ": " + problem.type().slug() + ", " + oneLine(problem.detail()));
        }
    }

    /** A detail may quote the client, who is not to write lines of the log. */
    private static String oneLine(String detail) {
        return CONTROL.matcher(detail).replaceAll("?");
    }

    /** Probes and refusals under load come by the thousand: they are counted, not logged one by one. */
    private static Level levelOf(int status, String route, @Nullable Problem problem) {
        boolean byTheThousand = route.startsWith(HEALTH) || (problem != null && problem.isOfLoad());
        if (byTheThousand || status < 400) {
            return Level.DEBUG;
        }
        return status < 500 ? Level.INFO : Level.WARN;
    }
}
