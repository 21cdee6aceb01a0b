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
            Column column = column(input, columns.size());
            if (!names.add(column.name())) {
                throw new UnservableModelException(
                        "its signature has a duplicate column '%s': give each column its own name"
                                .formatted(column.name()));
            }
            columns.add(column);
        }
        if (columns.isEmpty()) {
            throw new UnservableModelException("its signature has no columns: log it with named columns");
        }
        return new ModelSignature.Rows(columns);
    }

    private static Column column(JsonNode input, int place) throws UnservableModelException {
        String name = name(input, place);
        if (!input.path("type").isTextual()) {
            throw new UnservableModelException(
                    "its column '%s' has no type: log it with a column signature".formatted(name));
        }
        try {
            return new Column(name, ColumnType.ofMlflow(input.path("type").asText()), isRequired(input));
        } catch (IllegalArgumentException e) {
            throw new UnservableModelException("its column '%s': %s".formatted(name, e.getMessage()), e);
        }
    }

    /** A data frame without names has whole numbers for them; a column of a signature without names goes by its place. */
    private static String name(JsonNode input, int place) throws UnservableModelException {
        JsonNode name = input.path("name");
        if (name.isMissingNode() || name.isNull()) {
            return Integer.toString(place);
        }
        if (!name.isTextual() && !name.isIntegralNumber()) {
            throw new UnservableModelException(
                    "its signature has a column named %s: name it with text or a whole number".formatted(name));
        }
        return name.asText();
    }

    /** MLflow up to 2.4 writes {@code optional}. */
    private static boolean isRequired(JsonNode input) {
        return input.path("required").asBoolean(!input.path("optional").asBoolean(false));
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
