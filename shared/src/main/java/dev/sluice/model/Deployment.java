package dev.sluice.model;

import java.util.regex.Pattern;

/** A model behind an alias of the registry, written {@code model@alias}: the unit that is queued, served and rolled out. */
public record Deployment(String model, String alias) implements Comparable<Deployment> {
    public static final String CHAMPION = "champion";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** @throws IllegalArgumentException when a part is not a name: letters, digits, dot, dash and underscore */
    public Deployment {
        requireName("model", model);
        requireName("alias", alias);
    }

    /** Reads {@code model} (alias champion) or {@code model@alias}. */
    public static Deployment parse(String text) {
        int at = text.indexOf('@');
        return at < 0 ? new Deployment(text, CHAMPION) : new Deployment(text.substring(0, at), text.substring(at + 1));
    }

    private static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a%s %s: letters, digits, '.', '_' and '-', at most 128"
                    .formatted(what.startsWith("a") ? "n" : "", what));
        }
    }

    @Override
    public int compareTo(Deployment other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return model + "@" + alias;
    }
}
