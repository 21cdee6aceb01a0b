package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The free entries of an MLmodel that say how its input is prepared and its output read; a wrong one is a reason not to serve it. */
record ModelMetadata(JsonNode entries) {

    String text(String name) throws UnservableModelException {
        return optionalText(name)
                .orElseThrow(() -> new UnservableModelException(
                        "its metadata lacks '%s': log it with metadata={'%s': …}".formatted(name, name)));
    }

    Optional<String> optionalText(String name) {
        JsonNode value = entries.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asText());
    }

    /** Empty when it is absent or no list. */
    Optional<List<String>> list(String name) {
        JsonNode value = entries.path(name);
        return value.isArray()
                ? Optional.of(value.valueStream().map(JsonNode::asText).toList())
                : Optional.empty();
    }

    int number(String name) throws UnservableModelException {
        String text = text(name);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrong(name, text, "a whole number");
        }
    }

    Optional<Integer> optionalNumber(String name) throws UnservableModelException {
        return optionalText(name).isPresent() ? Optional.of(number(name)) : Optional.empty();
    }

    /** False when it is absent. */
    boolean flag(String name) throws UnservableModelException {
        String text = optionalText(name).orElse("false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, text, "true or false");
        };
    }

    static UnservableModelException wrong(String name, String value, String wanted) {
        return new UnservableModelException("its metadata '%s' is '%s', not %s".formatted(name, value, wanted));
    }
}
