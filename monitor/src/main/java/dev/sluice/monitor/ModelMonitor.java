package dev.sluice.monitor;

import dev.sluice.process.SluiceProcess;
import dev.sluice.settings.SettingsReader;

/** The monitor process: runs until it is told to stop. */
public final class ModelMonitor {
    private ModelMonitor() {}

    public static void main(String[] args) {
        MonitorSettings settings = SettingsReader.readOrExit(new MonitorSettings(), args);
        SluiceProcess.run(ModelMonitor.class, settings.process.logFormat, () -> new Monitor(settings));
    }
}
