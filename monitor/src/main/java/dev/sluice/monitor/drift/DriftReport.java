package dev.sluice.monitor.drift;

import dev.sluice.model.Deployment;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The difference between a live version's recent predictions and its training data.
 *
 * @param samples predictions in the window
 * @param least the minimum number of samples for a figure
 * @param features empty if there are too few samples
 */
record DriftReport(Deployment deployment, String version, int samples, int least, List<Feature> features) {
    DriftReport {
        features = List.copyOf(features);
    }

    /** @param kind input or output */
    record Feature(String name, String kind, Divergence divergence) {}

    boolean isEnough() {
        return samples >= least;
    }

    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("model", deployment.model())
                .put("alias", deployment.alias())
                .put("version", version)
                .put("samples", samples);
        if (!isEnough()) {
            return json.put("too_few_samples", "%d of the %d that are needed".formatted(samples, least));
        }
        JsonArray each = new JsonArray();
        for (Feature feature : features) {
            each.add(new JsonObject()
                    .put("feature", feature.name())
                    .put("kind", feature.kind())
                    .put("psi", feature.divergence().psi())
                    .put("jensen_shannon", feature.divergence().jensenShannon())
                    .put("p_value", feature.divergence().pValue()));
        }
        return json.put("features", each);
    }
}
