package dev.sluice.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.text.Sha256;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a model takes: columns of rows, or a picture.
 *
 * @param inputs in the order of the model
 */
public record Signature(List<InputTensor> inputs) {
    public Signature {
        inputs = List.copyOf(inputs);
    }

    /** One picture of this size. */
    public static Signature ofPicture(int channels, int height, int width) {
        return new Signature(List.of(InputTensor.picture("image", channels, height, width)));
    }

    @JsonIgnore
    public boolean isOfPictures() {
        return !inputs.isEmpty() && inputs.getFirst().role() == InputRole.PICTURE;
    }

    /** The same in all processes: two signatures with the same hash accept the same input. */
    public String hash() {
        // Pictures are scaled by the version itself, so any picture fits any picture model.
        String canonical = isOfPictures()
                ? "pictures"
                : inputs.stream().map(Signature::declared).collect(Collectors.joining("\n", "rows\n", ""));
        return Sha256.hex(canonical, 8);
    }

    private static String declared(InputTensor input) {
        return input.name() + ':' + input.declared().columnType().toUpperCase(Locale.ROOT) + ':' + input.required();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Signature of(JsonNode json) {
        return SignatureForm.read(json);
    }

    @JsonValue
    JsonNode json() {
        return SignatureForm.write(this);
    }
}
