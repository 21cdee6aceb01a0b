package dev.sluice.frontend.catalog;

import dev.sluice.model.Deployment;
import java.util.Collection;
import java.util.List;

/** Nobody has ever deployed what the client asks for. */
public final class UnknownDeploymentException extends RuntimeException {
    private final transient List<Deployment> existing;

    public UnknownDeploymentException(String asked, Collection<Deployment> existing) {
        super("there is no deployment " + asked + "; " + sentence(existing), null, false, false);
        this.existing = List.copyOf(existing);
    }

    public List<Deployment> existing() {
        return existing;
    }

    private static String sentence(Collection<Deployment> existing) {
        return existing.isEmpty()
                ? "none is deployed yet: give a model version the alias 'champion' in MLflow and start a worker"
                : "there are "
                        + String.join(
                                ", ",
                                existing.stream().map(Deployment::toString).toList());
    }
}
