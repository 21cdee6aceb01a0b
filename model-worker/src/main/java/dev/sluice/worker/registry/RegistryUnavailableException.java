package dev.sluice.worker.registry;

import org.jspecify.annotations.Nullable;

/** MLflow or its artifact store did not answer as it should; to be tried again later. */
public final class RegistryUnavailableException extends Exception {
    public RegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
