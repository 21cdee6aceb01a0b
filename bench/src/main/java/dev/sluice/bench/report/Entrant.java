package dev.sluice.bench.report;

/**
 * Who took part.
 *
 * @param version of its software
 * @param settings how it was set up
 */
public record Entrant(String name, String version, String settings) {}
