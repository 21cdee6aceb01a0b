package dev.sluice.frontend;

import dev.sluice.process.SluiceProcess;
import dev.sluice.settings.SettingsReader;

/** The API process: serves until it is told to stop, finishes what it holds. */
public final class ApiFrontend {
    private ApiFrontend() {}

    public static void main(String[] args) {
        FrontendSettings settings = SettingsReader.readOrExit(new FrontendSettings(), args);
        SluiceProcess.run(ApiFrontend.class, settings.process.logFormat, () -> new Frontend(settings));
    }
}
