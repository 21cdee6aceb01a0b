package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The free entries of an MLmodel that say how its input is prepared and its output read. What is wrong with an entry is collected, and
 * something harmless is answered in its place; numbers and flags may be written as YAML or as text.
 */
record ModelMetadata(JsonNode entries, VersionFaults faults) {
    private static final int SHOWN = 60;

    /** Empty, and a fault, when it is absent. */
    String required(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !has(key)) {
            fault(key, "is missing", "log the model with metadata={\"%s\": …}".formatted(key));
        }
        return text.orElse("");
    }

    /** Empty when it is absent. */
    Optional<String> text(String key) {
        JsonNode value = entries.path(key);
        if (value.isContainerNode()) {
            fault(key, "is a " + (value.isArray() ? "list" : "map"), "give one text or number");
            return Optional.empty();
        }
        return has(key) ? Optional.of(value.asText().strip()) : Optional.empty();
    }

    boolean has(String key) {
        JsonNode value = entries.path(key);
        return !value.isMissingNode() && !value.isNull();
    }

    /** A whole number from 1; empty, and a fault, when it is absent or wrong. */
    Optional<Integer> requiredCount(String key) {
        required(key);
        return count(key);
    }

    /** A whole number from 1; empty when it is absent, and a fault besides when it is wrong. */
    Optional<Integer> count(String key) {
        Optional<String> text = text(key);
        Optional<Integer> number = text.map(ModelMetadata::whole).filter(count -> count >= 1);
        if (text.isPresent() && number.isEmpty()) {
            wrong(key, text.get(), "a whole number from 1");
        }
        return number;
    }

    /** False when it is absent. */
    boolean flag(String key) {
        return text(key)
                .map(text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> {
                        wrong(key, text, "true or false");
                        yield false;
                    }
                })
                .orElse(false);
    }

    /** So many finite numbers, as a list or as text with commas between; empty when it is absent or wrong. */
    Optional<List<Float>> numbers(String key, int count, String meaning) {
        if (!has(key)) {
            return Optional.empty();
        }
        List<Float> numbers = new ArrayList<>();
        for (String part : parts(entries.path(key))) {
            try {
                numbers.add(Float.parseFloat(part));
            } catch (NumberFormatException e) {
                numbers.add(Float.NaN);
            }
        }
        if (numbers.size() != count || !numbers.stream().allMatch(Float::isFinite)) {
            wrong(key, String.join(",", parts(entries.path(key))), meaning);
            return Optional.empty();
        }
        return Optional.of(numbers);
    }

    /** The only value that is served today. */
    void requireIfPresent(String key, String only) {
        text(key)
                .filter(text -> !text.equals(only))
                .ifPresent(text -> wrong(key, text, only + ", the only value that is served"));
    }

    /** What is read beside the metadata; its reason is one more fault, and {@code instead} is answered. */
    <T> T orFault(T instead, VersionFaults.Part<? extends T> part) {
        return faults.<T>collect(part).orElse(instead);
    }

    void wrong(String key, String value, String wanted) {
        String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        fault(key, "is '" + shown + "'", "give " + wanted);
    }

    void fault(String key, String fault, String remedy) {
        faults.add("metadata '%s' %s: %s".formatted(key, fault, remedy));
    }

    private static List<String> parts(JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(part -> parts.add(part.asText().strip()));
        } else {
            for (String part : value.asText().split(",", -1)) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    /** Zero for what is no whole number, or too large for one. */
    private static int whole(String text) {
        try {
            return new BigDecimal(text).intValueExact();
        } catch (NumberFormatException e) {
            return 0;
        } catch (ArithmeticException e) {
            return 0;
        }
    }
}
