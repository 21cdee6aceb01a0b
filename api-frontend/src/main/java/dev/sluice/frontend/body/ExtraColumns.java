package dev.sluice.frontend.body;

import dev.sluice.text.EditDistance;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The columns of a request that the model does not have: refused with the name that may be meant, or ignored and reported. */
public final class ExtraColumns {
    /** Beyond it they are ignored or refused all the same, but no longer named or compared. */
    private static final int MOST_NAMED = 20;

    private static final int LONGEST_COMPARED = 64;

    private final List<String> columns;
    private final Set<String> known;
    private final Policy policy;
    private final Set<String> ignored = new TreeSet<>();
    private final Map<String, String> faults = new HashMap<>();

    /** What happens to them. */
    public enum Policy {
        REFUSE,
        IGNORE
    }

    /** @param columns of the model */
    ExtraColumns(List<String> columns, Policy policy) {
        this.columns = columns;
        this.known = new HashSet<>(columns);
        this.policy = policy;
    }

    void check(int row, String name, InputFaults found) {
        if (known.contains(name)) {
            return;
        }
        switch (policy) {
            case REFUSE -> found.add(row, name, fault(name));
            case IGNORE -> {
                if (ignored.size() < MOST_NAMED) {
                    ignored.add(name);
                }
            }
        }
    }

    /** In the order of their names. */
    List<String> ignored() {
        return List.copyOf(ignored);
    }

    private String fault(String name) {
        return faults.size() < MOST_NAMED || faults.containsKey(name)
                ? faults.computeIfAbsent(name, this::compared)
                : "is not a column of the model: leave it out";
    }

    private String compared(String name) {
        return nearest(name)
                .map(column -> "is not a column of the model: did you mean '" + column + "'?")
                .orElse("is not a column of the model: leave it out");
    }

    private Optional<String> nearest(String name) {
        if (name.length() > LONGEST_COMPARED) {
            return Optional.empty();
        }
        String plain = plain(name);
        int most = Math.max(1, plain.length() / 3);
        record Candidate(String column, int distance) {}
        return columns.stream()
                .filter(column -> column.length() <= LONGEST_COMPARED)
                .map(column -> new Candidate(column, EditDistance.between(plain, plain(column))))
                .filter(candidate -> candidate.distance() <= most)
                .min(Comparator.comparingInt(Candidate::distance))
                .map(Candidate::column);
    }

    /** Without what people write in this way or that. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_\\-\\s.]", "");
    }
}
