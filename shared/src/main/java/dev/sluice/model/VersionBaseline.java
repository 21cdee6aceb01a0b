package dev.sluice.model;

/**
 * What a version's input and output were like in training.
 *
 * @param json as training wrote it beside the model ({@code baseline.json})
 */
public record VersionBaseline(String version, String json) {}
