package dev.sluice.job;

import java.util.Locale;

/** Interactive work is taken first; bulk work fills what is left and is never starved. */
public enum Lane {
    INTERACTIVE,
    BULK;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
