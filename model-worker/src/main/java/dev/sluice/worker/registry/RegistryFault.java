package dev.sluice.worker.registry;

/** Why MLflow or an artifact store did not give what it was asked for. Each reason names the thing, the fault and the remedy. */
public sealed interface RegistryFault {
    String reason();

    /** It cannot be reached, does not answer in time, or fails for every request. */
    record Away(String reason) implements RegistryFault {}

    /** It refuses the credentials of the settings. */
    record Refused(String reason) implements RegistryFault {}

    /** Something else answers at the address of the settings. */
    record NotMlflow(String reason) implements RegistryFault {}

    /** It does not have the version or its files. */
    record Gone(String reason) implements RegistryFault {}

    /** It answers, but fails for this version. */
    record Failing(String reason) implements RegistryFault {}

    /** The worker's own disk does not take the files. */
    record CacheFailing(String reason) implements RegistryFault {}
}
