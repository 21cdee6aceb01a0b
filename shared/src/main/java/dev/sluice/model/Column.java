package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.tensor.Datatype;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row signature. A value of an optional column may be missing or null; a missing number is NaN.
 *
 * @param type as the signature declares it
 * @param wire the type of the engine's input, which may be narrower; null if the worker has not published it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Column(
        String name,
        ColumnType type,
        boolean required,
        // A type that only a newer worker knows is ignored.
        @JsonFormat(with = JsonFormat.Feature.READ_UNKNOWN_ENUM_VALUES_AS_NULL) @Nullable Datatype wire) {
    public Column(String name, ColumnType type, boolean required) {
        this(name, type, required, null);
    }

    /** The type that a value must also fit into, besides the declared type. */
    @JsonIgnore
    public Datatype target() {
        return wire == null ? type.datatype() : wire;
    }
}
