package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Datatype;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** MLflow's input schema as a signature: named columns are rows, one picture-shaped tensor is pictures. */
final class SignatureReader {
    private static final int CHANNELS = 3;

    /** In the place of a column with a fault. */
    private static final InputTensor UNREADABLE = InputTensor.column("", Datatype.BYTES, false);

    private SignatureReader() {}

    /**
     * @param faults where each column's fault is added
     * @throws UnservableModelException when the signature as a whole is not one of rows
     */
    static Signature rows(JsonNode inputs, VersionFaults faults) throws UnservableModelException {
        List<InputTensor> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode input : inputs) {
            if (input.path("type").asText().equals("tensor")) {
                throw new UnservableModelException(
                        "its signature is a tensor, and a row has named columns: log it with a signature of named columns, for example that of a data frame");
            }
            int place = columns.size();
            InputTensor column = faults.collect(() -> column(input, place)).orElse(UNREADABLE);
            if (!column.equals(UNREADABLE) && !names.add(column.name())) {
                faults.add("its signature has a duplicate column '%s': give each column its own name"
                        .formatted(column.name()));
            }
            columns.add(column);
        }
        if (columns.isEmpty()) {
            throw new UnservableModelException("its signature has no columns: log it with named columns");
        }
        return new Signature(columns);
    }

    private static InputTensor column(JsonNode input, int place) throws UnservableModelException {
        String name = name(input, place);
        if (!input.path("type").isTextual()) {
            throw new UnservableModelException(
                    "its column '%s' has no type: log it with a column signature".formatted(name));
        }
        try {
            return InputTensor.column(
                    name, Datatype.ofColumnType(input.path("type").asText()), isRequired(input));
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

    /** The signature's tensor must be what the metadata makes of a picture; a side that the metadata lacks is not compared. */
    static Signature pictures(JsonNode inputs, Optional<Integer> height, Optional<Integer> width)
            throws UnservableModelException {
        JsonNode tensor = inputs.path(0).path("tensor-spec");
        JsonNode shape = tensor.path("shape");
        boolean fits = inputs.size() == 1
                && shape.size() == 4
                && tensor.path("dtype").asText().equals("float32")
                && isOrAny(shape.path(1), Optional.of(CHANNELS))
                && isOrAny(shape.path(2), height)
                && isOrAny(shape.path(3), width);
        if (!fits) {
            throw new UnservableModelException(
                    "its signature is not one float32 tensor [-1, %d, %s, %s], as its metadata's 'height' and 'width' say: log it with that signature"
                            .formatted(CHANNELS, side(height), side(width)));
        }
        return Signature.ofPicture(CHANNELS, height.orElse(1), width.orElse(1));
    }

    private static String side(Optional<Integer> length) {
        return length.map(String::valueOf).orElse("-1");
    }

    private static boolean isOrAny(JsonNode dimension, Optional<Integer> wanted) {
        return wanted.isEmpty() || dimension.asInt() == wanted.get() || dimension.asInt() == -1;
    }
}
