package dev.sluice.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that all of them share. */
public final class Machine {
    static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 4;
    private static final int WAITING_FOR_DISK = 5;
    private static final int GUEST = 9;

    private Machine() {}

    public static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Of processor time that anybody has used since it was started. */
    public static double busySeconds() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.findFirst().orElse("").split(" +");
            double busy = 0;
            for (int i = 1; i < Math.min(GUEST, fields.length); i++) {
                busy += i == IDLE || i == WAITING_FOR_DISK ? 0 : Long.parseLong(fields[i]);
            }
            return busy / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor, cores and kernel, in a line. */
    public static String describe() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            String processor = lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
            return "%s, %d cores, %s %s"
                    .formatted(processor, cores(), System.getProperty("os.name"), System.getProperty("os.version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
