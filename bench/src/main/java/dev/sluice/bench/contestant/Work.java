package dev.sluice.bench.contestant;

/** What is asked. */
public enum Work {
    /** One row of four numbers to the `iris` forest. */
    ROW("rows"),
    /** A photograph of 640 × 427 pixels to the `imagenet` network. */
    PICTURE("pictures");

    private final String plural;

    Work(String plural) {
        this.plural = plural;
    }

    public String plural() {
        return plural;
    }
}
