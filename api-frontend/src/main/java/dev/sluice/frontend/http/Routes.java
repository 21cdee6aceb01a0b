package dev.sluice.frontend.http;

import dev.sluice.frontend.openapi.DocumentationPages;
import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** Every address of the interface, and which handler answers it. */
final class Routes {
    private final RequestTelemetry telemetry;
    private final RouteTable table;

    Routes(
            Vertx vertx,
            RequestTelemetry telemetry,
            PredictHandler predictions,
            JobHandler jobs,
            FeedbackHandler feedback,
            ModelHandler models,
            StatusHandler status,
            DocumentationPages pages,
            Deployment imageModel,
            Deployment tabularModel,
            Future<Void> draining) {
        this.telemetry = telemetry;
        this.table = new RouteTable(vertx, telemetry::fail, "GET / lists the addresses, GET /docs describes them")
                .first(exchange -> partWhenDraining(exchange, draining))
                .first(telemetry::begin)
                .onFailure();

        on(HttpMethod.GET, "/", exchange -> index(exchange, imageModel, tabularModel));
        on(HttpMethod.POST, "/predict", exchange -> namedOrDefault(predictions, exchange, imageModel, "--image-model"));
        on(
                HttpMethod.POST,
                "/model/predict",
                exchange -> namedOrDefault(predictions, exchange, tabularModel, "--tabular-model"));
        on(
                HttpMethod.POST,
                "/v1/models/{model}/predict",
                exchange -> predictions.predict(exchange, exchange.pathParam("model")));
        on(HttpMethod.GET, "/models", models::list);
        on(HttpMethod.GET, "/deployed_version", models::versions);
        on(HttpMethod.GET, "/v1/models", models::list);
        on(HttpMethod.GET, "/v1/models/{model}", models::show);
        on(HttpMethod.GET, "/v1/jobs/{id}", jobs::show);
        on(HttpMethod.DELETE, "/v1/jobs/{id}", jobs::cancel);
        on(HttpMethod.POST, "/v1/jobs/{id}/feedback", feedback::note);
        on(HttpMethod.GET, "/v1/status", status::show);
        on(HttpMethod.GET, "/health/live", status::live);
        on(HttpMethod.GET, "/health/ready", status::ready);
        on(HttpMethod.GET, DocumentationPages.DOCUMENT, pages::document);
        on(HttpMethod.GET, "/docs", pages::index);
        on(HttpMethod.GET, "/docs/{file}", exchange -> file(exchange, pages));
    }

    Router router() {
        return table.router();
    }

    RequestTelemetry telemetry() {
        return telemetry;
    }

    List<RouteTable.Operation> operations() {
        return table.operations();
    }

    private void on(HttpMethod method, String path, Handler<RoutingContext> handler) {
        table.on(method, path, handler);
    }

    /** A client that keeps its connection would find it closed under its next request. */
    private static void partWhenDraining(RoutingContext exchange, Future<Void> draining) {
        exchange.addHeadersEndHandler(_ -> {
            if (draining.isComplete()) {
                exchange.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
        });
        exchange.next();
    }

    private static void namedOrDefault(
            PredictHandler predictions, RoutingContext exchange, Deployment byDefault, String option) {
        Optional<String> named = exchange.queryParam("model").stream().findFirst();
        if (named.isPresent()) {
            predictions.predict(exchange, named.get());
        } else {
            predictions.predictByDefault(exchange, byDefault, option);
        }
    }

    private static void index(RoutingContext exchange, Deployment imageModel, Deployment tabularModel) {
        JsonObject links = new JsonObject()
                .put("docs", "/docs")
                .put("openapi", DocumentationPages.DOCUMENT)
                .put("models", "/v1/models")
                .put("predict", "/v1/models/{model}/predict")
                .put("predict_picture", "/predict")
                .put("predict_rows", "/model/predict")
                .put("jobs", "/v1/jobs/{id}")
                .put("feedback", "/v1/jobs/{id}/feedback")
                .put("status", "/v1/status")
                .put("ready", "/health/ready");
        JsonAnswer.send(
                exchange,
                200,
                new JsonObject()
                        .put("service", "sluice")
                        .put("image_model", imageModel.toString())
                        .put("tabular_model", tabularModel.toString())
                        .put("links", links));
    }

    private void file(RoutingContext exchange, DocumentationPages pages) {
        if (!pages.file(exchange, exchange.pathParam("file"))) {
            telemetry.fail(
                    exchange,
                    Problem.of(
                            ProblemType.NOT_FOUND, "the documentation has no such file: GET /docs is its first page"));
        }
    }
}
