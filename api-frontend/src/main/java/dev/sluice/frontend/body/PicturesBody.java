package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Pictures in base64 out of JSON: {@code {"image": "…"}}, {@code {"b64": "…"}}, a list of those or of plain texts, or
 * {@code {"instances": […]}}; see {@link Base64Text}.
 */
final class PicturesBody {
    private static final List<String> NAMES = List.of("b64", "image");

    private PicturesBody() {}

    /** @throws InputRefusedException naming every picture that is not base64; when there are more than {@code most}, before any is decoded */
    static List<byte[]> read(JsonNode json, int most) {
        requireNothingBesideInstances(json);
        JsonNode inside = json.has("instances") ? json.path("instances") : json;
        PictureCheck.requireCount(inside.isArray() ? inside.size() : 1, most);
        List<JsonNode> instances = inside.isArray()
                ? StreamSupport.stream(inside.spliterator(), false).toList()
                : List.of(inside);
        InputFaults faults = new InputFaults();
        List<byte[]> pictures = new ArrayList<>(instances.size());
        for (int i = 0; i < instances.size(); i++) {
            read(i, instances.get(i), faults).ifPresent(pictures::add);
        }
        faults.refuseIfAny(Reason.INVALID_PICTURES, "a picture model", BodyForms.PICTURES);
        return pictures;
    }

    private static void requireNothingBesideInstances(JsonNode json) {
        if (json.has("instances") && json.size() > 1) {
            throw new InputRefusedException(
                    Reason.INVALID_PICTURES, "the body has keys beside 'instances': send 'instances' alone");
        }
    }

    private static Optional<byte[]> read(int place, JsonNode instance, InputFaults faults) {
        Optional<String> text = textOf(instance);
        if (text.isEmpty()) {
            faults.add(InputFault.ofItem(place, wrongForm(instance)));
            return Optional.empty();
        }
        try {
            return Optional.of(Base64Text.decode(text.get()));
        } catch (Base64Text.NotBase64Exception e) {
            faults.add(InputFault.ofItem(place, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static String wrongForm(JsonNode instance) {
        boolean named = NAMES.stream().anyMatch(instance::has);
        return named && instance.size() > 1
                ? "has keys beside the picture's: send {\"b64\": \"…\"} or {\"image\": \"…\"} alone"
                : "is not a picture: send {\"b64\": \"…\"}, {\"image\": \"…\"} or its base64 text";
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
