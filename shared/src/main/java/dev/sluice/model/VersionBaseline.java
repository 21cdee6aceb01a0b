package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

/**
 * The distributions of a version's input and output in training.
 *
 * @param versionId identity of the version; empty where an earlier release wrote it
 * @param json as training wrote it beside the model ({@code baseline.json})
 */
public record VersionBaseline(String version, String versionId, String json) {
    public VersionBaseline {
        versionId = requireNonNullElse(versionId, "");
    }

    /** Whether it belongs to that version; without an identity, the numbers are compared. */
    public boolean isOf(LiveVersion live) {
        return version.equals(live.version())
                && (versionId.isEmpty() || live.versionId().isEmpty() || versionId.equals(live.versionId()));
    }
}
