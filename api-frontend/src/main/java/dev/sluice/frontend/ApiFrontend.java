package dev.sluice.frontend;

import dev.sluice.process.VerticleProcess;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/** The API process: reads its settings, serves until it is told to stop, finishes what it holds. */
public final class ApiFrontend {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private ApiFrontend() {}

    public static void main(String[] args) {
        int[] exitCode = {0};
        Optional<FrontendSettings> read = SettingsReader.read(new FrontendSettings(), args, System.getenv(), exitCode);
        if (read.isEmpty()) {
            System.exit(exitCode[0]);
        }
        FrontendSettings settings = read.get();
        VerticleProcess.useLogFormat(settings.logFormat);
        Frontend frontend = new Frontend(settings);
        VerticleProcess.run(
                ApiFrontend.class,
                frontend,
                () -> "serving on http://%s:%d (docs at /docs), management on port %d"
                        .formatted(settings.host, frontend.port(), frontend.managementPort()),
                new VerticleProcess.Drain(frontend::drain, settings.drainDelay.plus(settings.drainTimeout)),
                CLOSE_WITHIN);
    }
}
