package dev.sluice.model;

/** One output of a version as its outcomes have it. */
public record VersionOutput(String name, OutputRole role) {}
