package dev.sluice.queue;

/**
 * The caller's promise that two requests are the same.
 *
 * @param scopedKey caller and key, hashed; empty when there is none
 * @param contentHash of the canonical content, so that another content under the same key is told apart
 */
public record IdempotencyKey(String scopedKey, String contentHash) {
    public static final IdempotencyKey NONE = new IdempotencyKey("", "");
}
