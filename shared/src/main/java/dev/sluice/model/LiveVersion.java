package dev.sluice.model;

/**
 * The version that a deployment serves, written to Redis by the worker that flipped to it; all that the API needs to validate and accept.
 *
 * @param version the registry's version number
 * @param task {@code image-classification}, {@code tabular-classification} or {@code tabular-regression}
 * @param flavor the MLflow flavor that was loaded, for example {@code onnx}
 * @param engine the DJL engine that runs it
 * @param description one sentence for people
 * @param liveSince Redis time in epoch milliseconds
 */
public record LiveVersion(
        String version,
        String task,
        String flavor,
        String engine,
        String description,
        ModelSignature signature,
        String signatureHash,
        BatchProfile profile,
        long liveSince) {}
