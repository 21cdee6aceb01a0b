package dev.sluice.worker.models;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged to the console while it is open; it is printed when it is closed. */
public final class LogLines implements AutoCloseable {
    private final PrintStream console = System.out;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    public LogLines() {
        System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
    }

    /** How many lines hold the text. */
    public long with(String text) {
        return seen.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    @Override
    public void close() {
        System.setOut(console);
        console.print(seen.toString(StandardCharsets.UTF_8));
    }
}
