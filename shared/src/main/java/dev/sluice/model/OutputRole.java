package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What the numbers of an output mean, so that answers are written without knowledge of the task or the model. */
public enum OutputRole {
    /** The probability of each class. */
    SCORES,
    /** One number for each item. */
    VALUE,
    /** An embedding. */
    VECTOR,
    /** Rectangles in a picture. */
    BOXES,
    /** The class of each point of a picture. */
    CLASS_MAP,
    TEXT,
    /** Anything else; also a role that only a newer release knows. */
    @JsonEnumDefaultValue
    PLAIN
}
