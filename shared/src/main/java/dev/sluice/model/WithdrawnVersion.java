package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

/**
 * What stands on the board in place of a live version once the registry has no alias for the deployment any more.
 *
 * @param version the registry's number of the version that was live last
 * @param versionId its identity; empty where it was not known
 * @param at when it was withdrawn, epoch milliseconds
 * @param worker the process that withdrew it: its host and process id
 */
public record WithdrawnVersion(String version, String versionId, long at, String worker) {
    public WithdrawnVersion {
        versionId = requireNonNullElse(versionId, "");
        worker = requireNonNullElse(worker, "");
    }
}
