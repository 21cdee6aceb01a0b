package dev.sluice.worker.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a measured figure is true for: the processor's name and how many cores this process has of it. */
public final class Processor {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Processor() {}

    public static String describe() {
        return name() + " x" + Runtime.getRuntime().availableProcessors();
    }

    private static String name() {
        if (!Files.isReadable(CPU_INFO)) {
            return System.getProperty("os.name") + " " + System.getProperty("os.arch");
        }
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
