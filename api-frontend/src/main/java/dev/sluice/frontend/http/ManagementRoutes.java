package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.openapi.DocumentationPages;
import dev.sluice.queue.DeadLetters;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;

/** What the API's management port has beside health and metrics: the dead letters, and a document of its own. */
public final class ManagementRoutes {
    private final RouteTable table;

    /** @param deadline of a dead letter that is sent again */
    public ManagementRoutes(Vertx vertx, DeploymentCatalog catalog, DeadLetters letters, Duration deadline) {
        this.table = new RouteTable(
                        vertx,
                        (exchange, problem) -> problem.send(exchange.response()),
                        "use one of /health/live, /health/ready, /metrics, /dead-letters and /openapi.json")
                .onFailure();
        DeadLetterHandler dead = new DeadLetterHandler(catalog, letters, deadline);

        table.on(HttpMethod.GET, "/dead-letters", dead::list);
        table.on(HttpMethod.GET, "/dead-letters/{id}", dead::show);
        table.on(HttpMethod.GET, "/dead-letters/{id}/payload", dead::payload);
        table.on(HttpMethod.GET, "/dead-letters/{id}/pictures/{number}", dead::picture);
        table.on(HttpMethod.POST, "/dead-letters/{id}/resend", dead::resend);
        table.on(HttpMethod.DELETE, "/dead-letters/{id}", dead::drop);
        table.on(HttpMethod.GET, DocumentationPages.DOCUMENT, new DocumentationPages()::managementDocument);
    }

    public Handler<HttpServerRequest> handler() {
        return table.router();
    }

    List<RouteTable.Operation> operations() {
        return table.operations();
    }
}
