package dev.sluice.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A model behind an alias of the registry, written {@code model@alias}: the unit that is queued, served and rolled out. */
public final class Deployment implements Comparable<Deployment> {
    public static final String CHAMPION = "champion";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final String model;
    private final String alias;
    /** Cached, because each job uses it many times. */
    private final String text;

    /** @throws IllegalArgumentException when a part contains other characters than letters, digits, dot, dash and underscore */
    public Deployment(String model, String alias) {
        requireName("model", model);
        requireName("alias", alias);
        this.model = model;
        this.alias = alias;
        this.text = model + "@" + alias;
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

    public String model() {
        return model;
    }

    public String alias() {
        return alias;
    }

    @Override
    public int compareTo(Deployment other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deployment deployment && text.equals(deployment.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
