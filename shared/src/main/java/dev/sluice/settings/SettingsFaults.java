package dev.sluice.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults of a configuration, each as {@code --option <fault>: <remedy>}. */
public final class SettingsFaults {
    private static final int MOST_PORT = 65_535;

    private final List<String> faults = new ArrayList<>();

    /** In the order in which they were found. */
    public List<String> all() {
        return List.copyOf(faults);
    }

    /** @param fault a whole sentence that names the option and the remedy */
    public void add(String fault) {
        faults.add(fault);
    }

    /** Requires a port; 0 stands for any free one. */
    public void requirePort(String option, int port) {
        if (port < 0 || port > MOST_PORT) {
            faults.add("%s %d is not a port: choose 0 (any free port) to 65535".formatted(option, port));
        }
    }

    public void requireAtLeast(String option, long value, long least) {
        if (value < least) {
            faults.add("%s %d is too small: choose %d or more".formatted(option, value, least));
        }
    }

    public void requireAtLeast(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            faults.add("%s is too short: choose %s or more".formatted(option, DurationText.of(least)));
        }
    }

    /** Requires that an address, if there is one, has one of these schemes. */
    public void requireScheme(String option, @Nullable Address address, List<String> schemes, String example) {
        if (address != null) {
            address.faultUnless(schemes, example).ifPresent(fault -> faults.add(option + ": " + fault));
        }
    }

    /** @param reading throws an {@link IllegalArgumentException} whose message is the fault and the remedy */
    public void requireReadable(String option, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            faults.add(option + ": " + e.getMessage());
        }
    }
}
