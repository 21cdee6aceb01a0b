package dev.sluice.model;

/** One column of a row signature. An optional column may be missing or null: a number is then NaN. */
public record Column(String name, ColumnType type, boolean required) {}
