package dev.sluice.frontend.http;

import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.VersionAnswers;
import dev.sluice.frontend.openapi.DocumentationPages;
import dev.sluice.queue.DeadLetters;
import dev.sluice.queue.StoredJobs;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;

/** What the API's management port has beside health and metrics: the dead letters, every job, and a document of its own. */
public final class ManagementRoutes {
    private static final String JOBS = "/jobs";

    private final RouteTable table;

    /**
     * @param versions that have computed the outcomes
     * @param deadline of a dead letter that is sent again
     */
    public ManagementRoutes(
            Vertx vertx, DeploymentCatalog catalog, VersionAnswers versions, RedisLink link, Duration deadline) {
        this.table = new RouteTable(
                        vertx,
                        (exchange, problem) -> problem.send(exchange.response()),
                        "use one of /health/live, /health/ready, /metrics, /dead-letters, /jobs/{id} and /openapi.json")
                .onFailure();
        DeadLetters letters = new DeadLetters(link);
        StoredJobHandler letter = StoredJobHandler.ofDeadLetters(letters);
        DeadLetterHandler dead = new DeadLetterHandler(catalog, letters, letter, deadline);

        table.on(HttpMethod.GET, DeadLetterHandler.PATH, dead::list);
        show(DeadLetterHandler.PATH, letter);
        table.on(HttpMethod.POST, "/dead-letters/{id}/resend", dead::resend);
        table.on(HttpMethod.DELETE, "/dead-letters/{id}", dead::drop);
        show(JOBS, StoredJobHandler.ofJobs(new StoredJobs(link), versions, JOBS));
        table.on(HttpMethod.GET, DocumentationPages.DOCUMENT, new DocumentationPages()::managementDocument);
    }

    private void show(String path, StoredJobHandler jobs) {
        table.on(HttpMethod.GET, path + "/{id}", jobs::show);
        table.on(HttpMethod.GET, path + "/{id}/payload", jobs::payload);
        table.on(HttpMethod.GET, path + "/{id}/pictures/{number}", jobs::picture);
    }

    public Handler<HttpServerRequest> handler() {
        return table.router();
    }

    List<RouteTable.Operation> operations() {
        return table.operations();
    }
}
