package dev.sluice.job;

import java.util.Locale;

/** The kind of a job's payload. */
public enum Content {
    /** Typed columns, see {@link dev.sluice.tensor.TensorCodec}. */
    ROWS,
    /** Encoded pictures as the client sent them, end to end; their lengths are the record's {@code parts}. */
    PICTURES;

    /** @throws IllegalArgumentException for an unknown name */
    public static Content ofWire(String name) {
        return switch (name) {
            case "rows" -> ROWS;
            case "pictures" -> PICTURES;
            default -> throw new IllegalArgumentException("its content is neither rows nor pictures");
        };
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
