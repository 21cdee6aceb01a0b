package dev.sluice.model;

import dev.sluice.tensor.Datatype;
import java.util.Locale;

/** The scalar types of MLflow's column signatures that a row may hold. */
public enum ColumnType {
    BOOLEAN(Datatype.BOOL),
    INTEGER(Datatype.INT32),
    LONG(Datatype.INT64),
    FLOAT(Datatype.FP32),
    DOUBLE(Datatype.FP64),
    STRING(Datatype.BYTES);

    private final Datatype datatype;

    ColumnType(Datatype datatype) {
        this.datatype = datatype;
    }

    /** @throws IllegalArgumentException for a type that cannot be served, naming it */
    public static ColumnType ofMlflow(String name) {
        for (ColumnType type : values()) {
            if (type.mlflowName().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("column type '" + name + "' cannot be served");
    }

    /** The tensor that holds all values of the type. */
    public Datatype datatype() {
        return datatype;
    }

    public String mlflowName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
