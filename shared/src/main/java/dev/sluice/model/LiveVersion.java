package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * The version that a deployment serves, written to Redis by the worker that switched to it; contains all that the API needs to validate and
 * accept requests.
 *
 * @param version the registry's version number
 * @param task {@code image-classification}, {@code tabular-classification} or {@code tabular-regression}
 * @param flavor the loaded MLflow flavor, for example {@code onnx}
 * @param engine the DJL engine that runs it
 * @param description one sentence for people
 * @param liveSince Redis time in epoch milliseconds
 * @param versionId identity of the version, because a version number can be reused; empty if an earlier release wrote it
 */
public record LiveVersion(
        String version,
        String task,
        String flavor,
        String engine,
        String description,
        Signature signature,
        String signatureHash,
        BatchProfile profile,
        long liveSince,
        String versionId) {
    /** Entries of an earlier release have no identity. */
    @JsonCreator
    public LiveVersion {
        versionId = requireNonNullElse(versionId, "");
    }

    /** Without an identity. */
    public LiveVersion(
            String version,
            String task,
            String flavor,
            String engine,
            String description,
            Signature signature,
            String signatureHash,
            BatchProfile profile,
            long liveSince) {
        this(version, task, flavor, engine, description, signature, signatureHash, profile, liveSince, "");
    }
}
