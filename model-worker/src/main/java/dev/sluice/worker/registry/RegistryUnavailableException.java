package dev.sluice.worker.registry;

import org.jspecify.annotations.Nullable;

/** MLflow or its artifact store does not give what it was asked for; it may later. The message is the reason of the fault. */
public final class RegistryUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient RegistryFault fault;

    public RegistryUnavailableException(RegistryFault fault) {
        this(fault, null);
    }

    public RegistryUnavailableException(RegistryFault fault, @Nullable Throwable cause) {
        super(fault.reason(), cause);
        this.fault = fault;
    }

    public RegistryFault fault() {
        return fault;
    }
}
