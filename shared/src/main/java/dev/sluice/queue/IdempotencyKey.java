package dev.sluice.queue;

/**
 * A key by which the caller marks two requests as the same.
 *
 * @param scopedKey caller and key, hashed; empty when there is none
 * @param contentHash hash of the canonical content, to detect other content under the same key
 */
public record IdempotencyKey(String scopedKey, String contentHash) {
    public static final IdempotencyKey NONE = new IdempotencyKey("", "");
}
