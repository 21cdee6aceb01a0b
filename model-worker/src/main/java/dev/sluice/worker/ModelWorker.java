package dev.sluice.worker;

import dev.sluice.process.SluiceProcess;
import dev.sluice.settings.SettingsReader;

/** The worker process: serves models until it is told to stop, finishes what it has begun. */
public final class ModelWorker {
    private ModelWorker() {}

    public static void main(String[] args) {
        WorkerSettings settings = SettingsReader.readOrExit(new WorkerSettings(), args);
        SluiceProcess.run(ModelWorker.class, settings.process.logFormat, () -> new Worker(settings));
    }
}
