package dev.sluice.worker.inference;

/**
 * Most bytes that a model's inputs may take, known from its metadata before anything is allocated.
 *
 * @param itemBytes of one item
 * @param batchBytes of a batch: larger batches are not profiled and so not formed
 */
public record InputLimits(long itemBytes, long batchBytes) {
    /** A picture of 3 × 1672 × 1672; ten times as many bytes of a usual one in a batch of 32. */
    public static final InputLimits DEFAULT = new InputLimits(32L << 20, 128L << 20);

    /** @throws UnservableModelException when one item is larger than an item, or than a batch, may be */
    void check(long bytes) throws UnservableModelException {
        if (bytes > itemBytes) {
            throw tooLarge(bytes, itemBytes, "--item-bytes");
        }
        if (bytes > batchBytes) {
            throw tooLarge(bytes, batchBytes, "--batch-bytes");
        }
    }

    /** Items of this size in the largest batch. */
    int mostItems(long bytes) {
        return Math.clamp(batchBytes / Math.max(1, bytes), 1, Integer.MAX_VALUE);
    }

    private static UnservableModelException tooLarge(long bytes, long limit, String setting) {
        return new UnservableModelException(
                "the input of one item is %d bytes, the limit is %d: use a model with smaller inputs, or raise %s"
                        .formatted(bytes, limit, setting));
    }
}
