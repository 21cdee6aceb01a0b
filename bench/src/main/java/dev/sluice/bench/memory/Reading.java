package dev.sluice.bench.memory;

/**
 * What Redis holds at one moment.
 *
 * @param second since the load began
 * @param usedBytes its used_memory
 * @param keys of all kinds
 */
record Reading(double second, long usedBytes, long keys) {}
