package dev.sluice.frontend.catalog;

import dev.sluice.model.Deployment;
import dev.sluice.model.WithdrawnVersion;
import java.time.Instant;

/** The registry has no alias for the deployment any more, and the workers have stopped serving it. */
public final class ModelWithdrawnException extends RuntimeException {
    ModelWithdrawnException(Deployment deployment, WithdrawnVersion version) {
        super(
                "%s was withdrawn at %s, version %s was its last: set the alias '%s' on a version in MLflow to serve it again, or use another model"
                        .formatted(
                                deployment, Instant.ofEpochMilli(version.at()), version.version(), deployment.alias()),
                null,
                false,
                false);
    }
}
