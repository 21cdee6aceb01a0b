package dev.sluice.frontend.durability;

/**
 * How full Redis is.
 *
 * @param usedBytes its used_memory
 * @param limitBytes its maxmemory; 0 without a limit
 */
public record RedisMemory(long usedBytes, long limitBytes) {}
