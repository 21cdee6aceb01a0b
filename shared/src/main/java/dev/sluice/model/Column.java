package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.tensor.Datatype;
import org.jspecify.annotations.Nullable;

/**
 * One column of a row signature. An optional column may be missing or null: a number is then NaN.
 *
 * @param type as the signature declares it
 * @param wire what the engine takes for it, which may hold fewer numbers; null when the worker has not published it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Column(
        String name,
        ColumnType type,
        boolean required,
        // One that only a newer worker knows is as good as none.
        @JsonFormat(with = JsonFormat.Feature.READ_UNKNOWN_ENUM_VALUES_AS_NULL) @Nullable Datatype wire) {
    public Column(String name, ColumnType type, boolean required) {
        this(name, type, required, null);
    }

    /** What a value must fit into beside its declared type. */
    @JsonIgnore
    public Datatype target() {
        return wire == null ? type.datatype() : wire;
    }
}
