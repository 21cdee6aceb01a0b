package dev.sluice.job;

/** The result of one item (one row, one picture). */
public sealed interface ItemResult {

    /** The answer as one line of JSON, ready to be put into the response. */
    record Prediction(String json) implements ItemResult {}

    /** The item failed, with the reason. */
    record Failed(Failure failure) implements ItemResult {}
}
