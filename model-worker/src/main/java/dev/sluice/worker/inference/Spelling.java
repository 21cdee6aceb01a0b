package dev.sluice.worker.inference;

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
                .filter(name -> distance(word, letters(name)) <= limit)
                .min(Comparator.comparingInt((String name) -> distance(word, letters(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** How many letters have to be put in, taken out or replaced. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
