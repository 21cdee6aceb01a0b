package dev.sluice.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds what must not stand in a log. */
public final class LogFaults {
    private static final Pattern EVENT = Pattern.compile("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} .*");

    private LogFaults() {}

    /** Errors and the lines of stack traces, but for those of threads that a busy machine has kept waiting, which Vert.x logs as warnings. */
    public static List<String> in(Stream<String> lines) {
        List<String> faults = new ArrayList<>();
        boolean[] isAboutSlowness = {false};
        lines.forEach(line -> {
            if (EVENT.matcher(line).matches()) {
                isAboutSlowness[0] = line.contains("BlockedThreadChecker");
            }
            boolean isFault = line.contains(" ERROR ") || line.startsWith("\tat ") || line.contains("Exception: ");
            if (isFault && !isAboutSlowness[0]) {
                faults.add(line);
            }
        });
        return faults;
    }
}
