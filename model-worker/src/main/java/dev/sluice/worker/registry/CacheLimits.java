package dev.sluice.worker.registry;

/**
 * How large the cache may grow. The live version of each deployment and the one before it stay, whatever the limits.
 *
 * @param bytes of all versions together
 * @param versions of each model
 */
public record CacheLimits(long bytes, int versions) {
    public static final CacheLimits DEFAULT = new CacheLimits(20L << 30, 5);
}
