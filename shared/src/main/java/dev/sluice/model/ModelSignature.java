package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sluice.text.Sha256;
import java.util.List;
import java.util.stream.Collectors;

/** The input of a model: rows of named columns, or pictures. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ModelSignature.Rows.class, name = "rows"),
    @JsonSubTypes.Type(value = ModelSignature.Pictures.class, name = "pictures")
})
public sealed interface ModelSignature {

    /** Rows with these columns, in this order. */
    record Rows(List<Column> columns) implements ModelSignature {
        public Rows {
            columns = List.copyOf(columns);
        }
    }

    /** Encoded pictures of any size; the version's own pre-processing scales them to height × width pixels. */
    record Pictures(int channels, int height, int width) implements ModelSignature {}

    /** The same in all processes: two signatures with the same hash accept the same input. */
    default String hash() {
        String canonical = switch (this) {
            case Rows rows ->
                rows.columns().stream()
                        .map(column -> column.name() + ':' + column.type() + ':' + column.required())
                        .collect(Collectors.joining("\n", "rows\n", ""));
            // Pictures are scaled by the version itself, so any picture fits any picture model.
            case Pictures _ -> "pictures";
        };
        return Sha256.hex(canonical, 8);
    }
}
