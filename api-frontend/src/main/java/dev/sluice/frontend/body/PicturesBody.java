package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Pictures in base64 out of JSON: {@code {"image": "…"}}, {@code {"b64": "…"}}, a list of those or of plain texts, or
 * {@code {"instances": […]}}. A leading {@code data:image/png;base64,} is skipped.
 */
final class PicturesBody {
    private static final List<String> NAMES = List.of("b64", "image");

    private PicturesBody() {}

    /** @throws InputRefusedException naming every picture that is not base64 */
    static List<byte[]> read(JsonNode json) {
        JsonNode inside = json.has("instances") ? json.path("instances") : json;
        List<JsonNode> instances = inside.isArray()
                ? StreamSupport.stream(inside.spliterator(), false).toList()
                : List.of(inside);
        InputFaults faults = new InputFaults();
        List<byte[]> pictures = new ArrayList<>(instances.size());
        for (int i = 0; i < instances.size(); i++) {
            read(i, instances.get(i), faults).ifPresent(pictures::add);
        }
        faults.refuseIfAny(Reason.INVALID_PICTURES, "a picture model");
        return pictures;
    }

    private static Optional<byte[]> read(int place, JsonNode instance, InputFaults faults) {
        Optional<String> text = textOf(instance);
        if (text.isEmpty()) {
            faults.add(InputFault.ofItem(
                    place, "must be a picture: {\"b64\": \"…\"}, {\"image\": \"…\"} or its base64 text"));
            return Optional.empty();
        }
        String base64 = text.get();
        int comma = base64.startsWith("data:") ? base64.indexOf(',') : -1;
        try {
            return Optional.of(Base64.getDecoder().decode(base64.substring(comma + 1)));
        } catch (IllegalArgumentException e) {
            faults.add(InputFault.ofItem(place, "is not base64: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<String> textOf(JsonNode instance) {
        if (instance.isTextual()) {
            return Optional.of(instance.textValue());
        }
        return NAMES.stream()
                .map(instance::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .filter(_ -> instance.size() == 1);
    }
}
