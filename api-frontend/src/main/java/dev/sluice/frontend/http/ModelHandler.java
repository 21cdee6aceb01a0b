package dev.sluice.frontend.http;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.catalog.DeploymentCatalog;
import dev.sluice.frontend.catalog.UnknownDeploymentException;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/** What is deployed. */
final class ModelHandler {
    private final DeploymentCatalog catalog;
    private final Deployment imageModel;
    private final Deployment tabularModel;

    ModelHandler(DeploymentCatalog catalog, Deployment imageModel, Deployment tabularModel) {
        this.catalog = catalog;
        this.imageModel = imageModel;
        this.tabularModel = tabularModel;
    }

    void list(RoutingContext exchange) {
        JsonArray models = new JsonArray();
        catalog.requireKnown().forEach((deployment, entry) -> models.add(new DeploymentView(deployment, entry).json()));
        JsonAnswer.send(exchange, 200, new JsonObject().put("models", models));
    }

    void show(RoutingContext exchange) {
        String asked = exchange.pathParam("model");
        Deployment deployment;
        try {
            deployment = Deployment.parse(asked);
        } catch (IllegalArgumentException noName) {
            throw new UnknownDeploymentException("'" + asked + "'", catalog.notWithdrawn());
        }
        DeploymentBoard.Entry entry = catalog.requireEntry(deployment);
        JsonAnswer.send(exchange, 200, new DeploymentView(deployment, entry).json());
    }

    /** The versions alone, and which models answer where none is named. */
    void versions(RoutingContext exchange) {
        JsonArray versions = new JsonArray();
        catalog.requireKnown()
                .forEach(
                        (deployment, entry) -> entry.live().ifPresent(live -> versions.add(version(deployment, live))));
        JsonAnswer.send(
                exchange,
                200,
                new JsonObject()
                        .put("image_model", imageModel.toString())
                        .put("tabular_model", tabularModel.toString())
                        .put("deployed", versions));
    }

    private static JsonObject version(Deployment deployment, LiveVersion live) {
        JsonObject version = new JsonObject()
                .put("model", deployment.model())
                .put("alias", deployment.alias())
                .put("version", live.version())
                .put("live_since", Instant.ofEpochMilli(live.liveSince()).toString());
        DeploymentView.putIdentity(version, live);
        return version;
    }
}
