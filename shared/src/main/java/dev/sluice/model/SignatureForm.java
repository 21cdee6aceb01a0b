package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.tensor.Datatype;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A signature on the deployment board: {@code kind} is rows, with {@code columns}, or pictures, with their size. */
final class SignatureForm {
    private SignatureForm() {}

    static JsonNode write(Signature signature) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (signature.isOfPictures()) {
            List<Integer> size = signature.inputs().getFirst().item();
            return json.put("kind", "pictures")
                    .put("channels", size.get(0))
                    .put("height", size.get(1))
                    .put("width", size.get(2));
        }
        ArrayNode columns = json.put("kind", "rows").putArray("columns");
        for (InputTensor input : signature.inputs()) {
            ObjectNode column = columns.addObject()
                    .put("name", input.name())
                    .put("type", input.declared().columnType().toUpperCase(Locale.ROOT))
                    .put("required", input.required());
            Datatype wire = input.wire();
            if (wire != null) {
                column.put("wire", wire.name());
            }
        }
        return json;
    }

    /** @throws IllegalArgumentException when it is not of that form */
    static Signature read(JsonNode json) {
        return switch (json.path("kind").asText()) {
            case "pictures" ->
                Signature.ofPicture(
                        json.path("channels").asInt(),
                        json.path("height").asInt(),
                        json.path("width").asInt());
            case "rows" -> {
                List<InputTensor> columns = new ArrayList<>();
                json.path("columns").forEach(column -> columns.add(column(column)));
                yield new Signature(columns);
            }
            default -> throw new IllegalArgumentException("the signature is neither of rows nor of pictures");
        };
    }

    private static InputTensor column(JsonNode json) {
        InputTensor column = InputTensor.column(
                json.path("name").asText(),
                Datatype.ofColumnType(json.path("type").asText().toLowerCase(Locale.ROOT)),
                json.path("required").asBoolean());
        // A type that only a newer worker knows is ignored.
        return Datatype.find(json.path("wire").asText()).map(column::withWire).orElse(column);
    }
}
