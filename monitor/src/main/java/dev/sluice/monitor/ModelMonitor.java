package dev.sluice.monitor;

import dev.sluice.process.VerticleProcess;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/** The monitor process: reads its settings and runs until SIGTERM or SIGINT. */
public final class ModelMonitor {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private ModelMonitor() {}

    public static void main(String[] args) {
        int[] exitCode = {0};
        Optional<MonitorSettings> read = SettingsReader.read(new MonitorSettings(), args, System.getenv(), exitCode);
        if (read.isEmpty()) {
            System.exit(exitCode[0]);
        }
        MonitorSettings settings = read.get();
        VerticleProcess.useLogFormat(settings.logFormat);
        Monitor monitor = new Monitor(settings);
        VerticleProcess.run(
                ModelMonitor.class,
                monitor,
                () -> "serving on http://%s:%d: /metrics, /dashboards/, /v1/drift, /v1/retrainings"
                        .formatted(settings.host, monitor.port()),
                VerticleProcess.Drain.NONE,
                CLOSE_WITHIN);
    }
}
