package dev.sluice.worker.inference;

import dev.sluice.text.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
final class Spelling {
    private Spelling() {}

    /** The nearest of these names, without regard to case and separators; empty when none is near. */
    static Optional<String> nearest(String given, Collection<String> names) {
        String word = letters(given);
        int limit = Math.max(1, word.length() / 3);
        return names.stream()
                .filter(name -> EditDistance.between(word, letters(name)) <= limit)
                .min(Comparator.comparingInt((String name) -> EditDistance.between(word, letters(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
