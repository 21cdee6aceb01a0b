package dev.sluice.model;

/** What an input is to people. */
public enum InputRole {
    /** A column of a table: one value in each row. */
    COLUMN,
    /** An encoded picture of any size, which the version scales. */
    PICTURE
}
