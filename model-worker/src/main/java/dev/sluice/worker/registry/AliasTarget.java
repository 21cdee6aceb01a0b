package dev.sluice.worker.registry;

/**
 * Where an alias points. The times are those of the registered model, in epoch milliseconds: a model that was deleted and made anew has
 * another {@code modelCreated}, and whatever is done to its versions changes {@code modelUpdated}.
 *
 * @param version number of the version
 */
public record AliasTarget(String version, long modelCreated, long modelUpdated) {

    /** Whether both mean the same version, whatever has been changed about its model meanwhile. */
    public boolean isSameAim(AliasTarget other) {
        return version.equals(other.version) && modelCreated == other.modelCreated;
    }
}
