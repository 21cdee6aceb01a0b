package dev.sluice.frontend;

import dev.sluice.telemetry.LogFaults;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged to the console while it is open; it is printed when it is closed. */
final class LogLines implements AutoCloseable {
    private final PrintStream console = System.out;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    LogLines() {
        System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
    }

    /** Errors, and lines of stack traces. */
    List<String> faults() {
        return LogFaults.in(seen.toString(StandardCharsets.UTF_8).lines());
    }

    String text() {
        return seen.toString(StandardCharsets.UTF_8);
    }

    boolean hasLineFrom(String start) {
        return seen.toString(StandardCharsets.UTF_8).lines().anyMatch(line -> line.startsWith(start));
    }

    @Override
    public void close() {
        System.setOut(console);
        console.print(seen.toString(StandardCharsets.UTF_8));
    }
}
