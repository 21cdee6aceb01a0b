package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.openapi.DocumentationPages;
import dev.sluice.queue.DeadLetters;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the API's management port has beside health and metrics: the dead letters, and a document of its own. */
public final class ManagementRoutes {
    private final Router router;
    private final List<Routes.Operation> operations = new ArrayList<>();

    /** @param deadline of a dead letter that is sent again */
    public ManagementRoutes(Vertx vertx, DeploymentCatalog catalog, DeadLetters letters, Duration deadline) {
        this.router = Router.router(vertx);
        DeadLetterHandler dead = new DeadLetterHandler(catalog, letters, deadline);
        router.route().failureHandler(ManagementRoutes::failed);

        on(HttpMethod.GET, "/dead-letters", dead::list);
        on(HttpMethod.GET, "/dead-letters/{id}", dead::show);
        on(HttpMethod.GET, "/dead-letters/{id}/payload", dead::payload);
        on(HttpMethod.GET, "/dead-letters/{id}/pictures/{number}", dead::picture);
        on(HttpMethod.POST, "/dead-letters/{id}/resend", dead::resend);
        on(HttpMethod.DELETE, "/dead-letters/{id}", dead::drop);
        on(HttpMethod.GET, DocumentationPages.DOCUMENT, new DocumentationPages()::managementDocument);

        router.errorHandler(
                400, exchange -> fail(exchange, ProblemType.MALFORMED_REQUEST, "the address cannot be read"));
        router.errorHandler(
                404,
                exchange -> fail(
                        exchange,
                        ProblemType.NOT_FOUND,
                        "here are /health/live, /health/ready, /metrics, /dead-letters and /openapi.json"));
        router.errorHandler(
                405,
                exchange -> fail(
                        exchange,
                        ProblemType.METHOD_NOT_ALLOWED,
                        "%s is not for this address; see /openapi.json"
                                .formatted(exchange.request().method())));
    }

    public Handler<HttpServerRequest> handler() {
        return router;
    }

    List<Routes.Operation> operations() {
        return List.copyOf(operations);
    }

    private void on(HttpMethod method, String path, Handler<RoutingContext> handler) {
        operations.add(new Routes.Operation(method.name(), path));
        router.route(method, path.replaceAll("\\{(\\w+)}", ":$1")).handler(handler);
    }

    private static void failed(RoutingContext exchange) {
        if (exchange.failure() == null) {
            exchange.next();
        } else {
            Problem.of(exchange.failure()).send(exchange.response());
        }
    }

    private static void fail(RoutingContext exchange, ProblemType type, String detail) {
        Problem.of(type, detail).send(exchange.response());
    }
}
