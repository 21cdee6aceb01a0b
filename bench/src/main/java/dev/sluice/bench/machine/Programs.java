package dev.sluice.bench.machine;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that are installed on this machine, and their versions. */
public final class Programs {
    private static final String UNKNOWN = "unknown";

    private Programs() {}

    /** On the {@code PATH}, or where Debian has servers. */
    public static Optional<String> find(String name) {
        return Stream.concat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    /** Of the sources in a folder, as git describes them. */
    public static String gitVersion(Path folder) {
        return saidBy(
                Pattern.compile("(\\S+)"),
                new ProcessBuilder("git", "describe", "--always", "--dirty").directory(folder.toFile()));
    }

    public static String redisVersion() {
        return saidBy(Pattern.compile("v=(\\S+)"), new ProcessBuilder("redis-server", "--version"));
    }

    public static String nginxVersion(String binary) {
        return saidBy(Pattern.compile("nginx/(\\S+)"), new ProcessBuilder(binary, "-v"));
    }

    private static String saidBy(Pattern version, ProcessBuilder builder) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher = version.matcher(said);
            return process.waitFor() == 0 && matcher.find() ? matcher.group(1) : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
