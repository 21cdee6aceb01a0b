package dev.sluice.worker;

import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.worker.inference.InputLimits;
import dev.sluice.worker.inference.LoadSettings;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What an inference may use. */
final class InferenceSettings implements Settings {
    @Option(
            names = "--inference-limit",
            description =
                    "An inference that takes longer, and ten times longer than expected, hangs: the process halts,"
                            + " its jobs go on elsewhere.")
    Duration inferenceLimit = Duration.ofSeconds(30);

    @Option(names = "--threads", description = "Cores to infer on; 0: all.")
    int threads = 0;

    @Option(
            names = "--engine-threads",
            description =
                    "Threads of one inference. More shorten a single large one; fewer serve more of them side by side.")
    int engineThreads = 1;

    @Option(names = "--max-pixels", description = "Pictures with more pixels are refused before they are decoded.")
    long maxPixels = 50_000_000;

    @Option(
            names = "--item-bytes",
            description = "Most bytes of one item's input to a model; a version with larger inputs is rejected.")
    long itemBytes = InputLimits.DEFAULT.itemBytes();

    @Option(
            names = "--batch-bytes",
            description = "Most bytes of the inputs of a batch; larger batches are not formed.")
    long batchBytes = InputLimits.DEFAULT.batchBytes();

    /** Inferences of a deployment side by side. */
    int loops() {
        int cores = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return Math.max(1, cores / engineThreads);
    }

    /** @param cache folder in which profiles are stored, too */
    LoadSettings loading(Path cache) {
        return new LoadSettings(
                engineThreads, maxPixels, cache.resolve("profiles"), new InputLimits(itemBytes, batchBytes));
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requireAtLeast("--inference-limit", inferenceLimit, Duration.ofSeconds(1));
        faults.requireAtLeast("--threads", threads, 0);
        faults.requireAtLeast("--engine-threads", engineThreads, 1);
        faults.requireAtLeast("--max-pixels", maxPixels, 1);
        faults.requireAtLeast("--item-bytes", itemBytes, 1);
        faults.requireAtLeast("--batch-bytes", batchBytes, 1);
    }
}
