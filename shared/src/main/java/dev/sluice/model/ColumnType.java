package dev.sluice.model;

import java.util.Locale;

/** The scalar types of MLflow's column signatures that a row may hold. */
public enum ColumnType {
    BOOLEAN,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    STRING;

    /** @throws IllegalArgumentException for a type that cannot be served, naming it */
    public static ColumnType ofMlflow(String name) {
        for (ColumnType type : values()) {
            if (type.mlflowName().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("column type '" + name + "' cannot be served");
    }

    public String mlflowName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isNumeric() {
        return this != STRING && this != BOOLEAN;
    }
}
