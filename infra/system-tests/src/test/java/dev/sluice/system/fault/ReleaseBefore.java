package dev.sluice.system.fault;

import dev.sluice.system.RunningSluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The jars of an earlier release, built from the project's git history into {@code target}. */
final class ReleaseBefore {
    /** The last commit that reads and writes schema 1 only. */
    private static final String COMMIT = "354ff1a54c53";

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(8);
    private static final Path SOURCES = Path.of("target/release-before", COMMIT).toAbsolutePath();

    private ReleaseBefore() {}

    /** Builds them unless they are there already. */
    static synchronized void build() throws IOException, InterruptedException {
        if (Files.exists(jar("monitor"))) {
            return;
        }
        Files.createDirectories(SOURCES);
        run("git -C '%s' archive %s | tar -x -C '%s'".formatted(RunningSluice.PROJECT, COMMIT, SOURCES));
        run(
                "cd '%s' && mvn --batch-mode --quiet ${SLUICE_MVN_FLAGS:-} -Dquick -DskipTests -pl api-frontend,model-worker,monitor -am package"
                        .formatted(SOURCES));
    }

    static Path jar(String module) {
        return SOURCES.resolve(module).resolve("target").resolve(module + ".jar");
    }

    private static void run(String command) throws IOException, InterruptedException {
        Path log = SOURCES.resolveSibling("build.log");
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(BUILD_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("building the release before has not ended: " + command);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("the release before cannot be built:\n" + Files.readString(log));
        }
    }
}
