package dev.sluice.bench.contestant;

/** What is asked. */
public enum Work {
    /** One row of four numbers to the `iris` forest. */
    ROW("setosa"),
    /** A photograph of 640 × 427 pixels to the `imagenet` network. */
    PICTURE("daisy");

    private final String expected;

    Work(String expected) {
        this.expected = expected;
    }

    /** The label that stands in a right answer. */
    public String expected() {
        return expected;
    }
}
