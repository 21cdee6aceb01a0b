package dev.sluice.job;

/** What became of one item (one row, one picture). */
public sealed interface ItemResult {

    /** The answer as one line of JSON, ready to be put into the response. */
    record Prediction(String json) implements ItemResult {}

    /** No answer, and why. */
    record Failed(Failure failure) implements ItemResult {}
}
