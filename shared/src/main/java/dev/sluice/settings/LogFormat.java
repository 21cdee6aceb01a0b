package dev.sluice.settings;

import java.util.Locale;

/** How log events are written; the names of the appenders in {@code logback.xml}. */
public enum LogFormat {
    /** A readable line for each event. */
    TEXT,
    /** A JSON object for each event. */
    JSON;

    /** To be called before the first logger is created, because logback reads the setting then. */
    public void use() {
        System.setProperty("SLUICE_LOG_FORMAT", name().toLowerCase(Locale.ROOT));
    }
}
