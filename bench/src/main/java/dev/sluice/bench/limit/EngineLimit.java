package dev.sluice.bench.limit;

import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs {@link PipelineLimit} in the settings that are worth trying, and Python's ONNX Runtime likewise. */
public final class EngineLimit {
    private static final int WARM_UP_SECONDS = 4;

    private final Workshop workshop;
    private final int seconds;

    /** @param seconds of each measurement */
    public EngineLimit(Workshop workshop, int seconds) {
        this.workshop = workshop;
        this.seconds = seconds;
    }

    /**
     * How the pipeline is set.
     *
     * @param threads of each engine
     * @param loops side by side
     */
    public record Setting(int threads, int loops, int batch) {
        @Override
        public String toString() {
            return "%d loop%s of %d engine thread%s, batch %d"
                    .formatted(loops, loops == 1 ? "" : "s", threads, threads == 1 ? "" : "s", batch);
        }
    }

    /** The fastest of those that are worth trying. */
    public Setting best(Work work) throws IOException, InterruptedException {
        Setting best = settings(work).getFirst();
        double most = 0;
        for (Setting setting : settings(work)) {
            double perSecond = java(work, setting).perSecond();
            if (perSecond > most) {
                most = perSecond;
                best = setting;
            }
        }
        return best;
    }

    /** What is worth trying. */
    public List<Setting> settings(Work work) {
        int cores = workshop.threads();
        return switch (work) {
            case ROW -> List.of(new Setting(1, cores, 32), new Setting(1, cores, 128));
            case PICTURE ->
                List.of(
                        new Setting(1, cores, 1),
                        new Setting(1, cores, 2),
                        new Setting(1, cores, 4),
                        new Setting(cores, 1, 2));
        };
    }

    /** The worker's own pipeline. */
    public LimitFigures java(Work work, Setting setting) throws IOException, InterruptedException {
        return run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                PipelineLimit.class.getName(),
                workshop.models()
                        .resolve(work == Work.ROW ? "iris" : "imagenet")
                        .toString(),
                work == Work.ROW ? "-" : picture(),
                String.valueOf(setting.threads()),
                String.valueOf(setting.loops()),
                String.valueOf(setting.batch()),
                String.valueOf(WARM_UP_SECONDS),
                String.valueOf(seconds)));
    }

    /** A process for each core; without its processor time. */
    public LimitFigures python(Work work) throws IOException, InterruptedException {
        return run(List.of(
                workshop.python(),
                "limit.py",
                work == Work.ROW ? "rows" : "pictures",
                picture(),
                String.valueOf(seconds)));
    }

    private String picture() {
        return workshop.project().resolve("training/samples/flower.jpg").toString();
    }

    private LimitFigures run(List<String> command) throws IOException, InterruptedException {
        Process process = workshop.children()
                .start(workshop.peerProcess(command, 1)
                        .redirectError(ProcessBuilder.Redirect.appendTo(
                                workshop.log("limit").toFile())));
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the limit cannot be measured: " + workshop.log("limit") + " tells why");
        }
        return LimitFigures.parse(printed.lines().toList().getLast());
    }
}
