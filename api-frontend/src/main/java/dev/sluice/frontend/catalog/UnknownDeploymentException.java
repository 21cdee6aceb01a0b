package dev.sluice.frontend.catalog;

import dev.sluice.model.Deployment;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The board has never shown the requested deployment. */
public final class UnknownDeploymentException extends RuntimeException {
    private final transient List<Deployment> existing;

    public UnknownDeploymentException(String asked, Collection<Deployment> existing) {
        super("there is no deployment %s: %s".formatted(asked, remedy(asked, existing)), null, false, false);
        this.existing = List.copyOf(existing);
    }

    public List<Deployment> existing() {
        return existing;
    }

    private static String remedy(String asked, Collection<Deployment> existing) {
        if (existing.isEmpty()) {
            return "give a model version the alias 'champion' in MLflow and start a worker";
        }
        String all = existing.stream().map(Deployment::toString).collect(Collectors.joining(", "));
        return existing.stream()
                .map(Deployment::toString)
                .filter(name -> name.equalsIgnoreCase(asked))
                .findFirst()
                .map(name -> "names are case-sensitive, use %s; there are %s".formatted(name, all))
                .orElse("use one of " + all);
    }
}
