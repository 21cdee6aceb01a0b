package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.ModelSignature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** MLflow's input schema as a signature: named columns are rows, one picture-shaped tensor is pictures. */
final class SignatureReader {
    private SignatureReader() {}

    static ModelSignature.Rows rows(JsonNode inputs) throws UnservableModelException {
        List<Column> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode input : inputs) {
            if (!input.path("name").isTextual() || !input.path("type").isTextual()) {
                throw new UnservableModelException(
                        "its signature has a column without name or type: log it with named columns");
            }
            Column column = column(input);
            if (!names.add(column.name())) {
                throw new UnservableModelException(
                        "its signature names the column '%s' twice".formatted(column.name()));
            }
            columns.add(column);
        }
        if (columns.isEmpty()) {
            throw new UnservableModelException("its signature has no columns: log it with named columns");
        }
        return new ModelSignature.Rows(columns);
    }

    private static Column column(JsonNode input) throws UnservableModelException {
        String name = input.path("name").asText();
        try {
            ColumnType type = ColumnType.ofMlflow(input.path("type").asText());
            return new Column(name, type, input.path("required").asBoolean(true));
        } catch (IllegalArgumentException e) {
            throw new UnservableModelException("its column '%s': %s".formatted(name, e.getMessage()), e);
        }
    }

    /** The signature's tensor must be what the metadata makes of a picture. */
    static ModelSignature.Pictures pictures(JsonNode inputs, int height, int width) throws UnservableModelException {
        JsonNode tensor = inputs.path(0).path("tensor-spec");
        JsonNode shape = tensor.path("shape");
        boolean fits = inputs.size() == 1
                && shape.size() == 4
                && tensor.path("dtype").asText().equals("float32")
                && isOrAny(shape.path(1), 3)
                && isOrAny(shape.path(2), height)
                && isOrAny(shape.path(3), width);
        if (!fits) {
            throw new UnservableModelException(
                    "its signature is not one float32 tensor [-1, 3, %d, %d], which is what its metadata makes of a picture"
                            .formatted(height, width));
        }
        return new ModelSignature.Pictures(3, height, width);
    }

    private static boolean isOrAny(JsonNode dimension, int wanted) {
        return dimension.asInt() == wanted || dimension.asInt() == -1;
    }
}
