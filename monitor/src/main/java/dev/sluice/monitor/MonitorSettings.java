package dev.sluice.monitor;

import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.settings.Address;
import dev.sluice.settings.ProcessSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the monitor can be told. */
@Command(
        name = "monitor",
        description =
                "Copies the predictions of Sluice to Postgres, measures drift and accuracy, and starts retrainings."
                        + SettingsReader.FORMS)
public final class MonitorSettings implements Settings {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final String DATABASE_EXAMPLE = "postgresql://user:password@host:5432/database";

    @Mixin
    final ProcessSettings process = new ProcessSettings();

    @Option(
            names = "--database",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Address of Postgres: postgresql://user:password@host:port/database. Prefer SLUICE_DATABASE: process lists show options.")
    @Nullable Address database;

    @Option(
            names = "--monitor-port",
            description =
                    "Port of health, metrics, drift, dashboards and the alert hook; keep it off the public network.")
    int port = 8070;

    @Option(
            names = "--prometheus",
            description =
                    "Prometheus that the dashboards query, such as http://127.0.0.1:9090; without it they show only the figures in Postgres.")
    @Nullable Address prometheus;

    @Option(
            names = "--transfer-share",
            description =
                    "Share of the time, above 0 and at most 1, spent on copying predictions while there is a backlog; predictions use the same processors.")
    double transferShare = 0.05;

    @Option(
            names = "--retention-days",
            description = "Days that predictions and feedback are stored; older ones are deleted.")
    int retentionDays = 30;

    @Option(
            names = "--drift-interval",
            description = "Interval between two comparisons of predictions with the training data.")
    Duration driftInterval = Duration.ofSeconds(15);

    @Option(names = "--drift-window", description = "Age of the oldest predictions that drift is computed from.")
    Duration driftWindow = Duration.ofHours(1);

    @Option(
            names = "--drift-most-samples",
            description = "Most predictions that drift is computed from; the newest are used.")
    int driftMostSamples = 5_000;

    @Option(
            names = "--drift-least-samples",
            description = "Fewest predictions that drift is computed from; with fewer none is reported.")
    int driftLeastSamples = 300;

    @Option(
            names = "--accuracy-window",
            description = "Age of the oldest feedback that live accuracy is computed from.")
    Duration accuracyWindow = Duration.ofHours(1);

    @Mixin
    final RetrainingSettings retraining = new RetrainingSettings();

    DriftWatch.Terms driftTerms() {
        return new DriftWatch.Terms(driftWindow, driftMostSamples, driftLeastSamples);
    }

    @Override
    public void check(SettingsFaults faults) {
        if (database == null) {
            faults.add("--database is missing: give the address of a Postgres, such as " + DATABASE_EXAMPLE);
        } else if (database.toString().matches(".*//[^/]*/?")) {
            faults.add("--database: the address names no database: write one such as " + DATABASE_EXAMPLE);
        }
        faults.requireScheme("--database", database, List.of("postgresql", "postgres"), DATABASE_EXAMPLE);
        faults.requireScheme("--prometheus", prometheus, List.of("http", "https"), "http://127.0.0.1:9090");
        faults.requirePort("--monitor-port", port);
        if (!(transferShare > 0 && transferShare <= 1)) {
            faults.add("--transfer-share %s is out of range: choose a share above 0 and at most 1"
                    .formatted(transferShare));
        }
        faults.requireAtLeast("--retention-days", retentionDays, 1);
        faults.requireAtLeast("--drift-least-samples", driftLeastSamples, 1);
        if (driftMostSamples < driftLeastSamples) {
            faults.add("--drift-most-samples is less than --drift-least-samples: raise the former or lower the latter");
        }
        faults.requireAtLeast("--drift-interval", driftInterval, SHORTEST);
        faults.requireAtLeast("--drift-window", driftWindow, SHORTEST);
        faults.requireAtLeast("--accuracy-window", accuracyWindow, SHORTEST);
    }
}
