package dev.sluice.settings;

import java.util.Map;

/** Settings as a process would read them. */
public final class SettingsReading {
    private SettingsReading() {}

    /** @throws AssertionError when they are not valid */
    public static <T extends Settings> T valid(T settings, Map<String, String> environment, String... arguments) {
        return switch (SettingsReader.read(settings, arguments, environment)) {
            case SettingsReader.Reading.Valid<T>(T valid) -> valid;
            case SettingsReader.Reading.Ended<T>(int status) -> throw new AssertionError("exit status " + status);
        };
    }
}
