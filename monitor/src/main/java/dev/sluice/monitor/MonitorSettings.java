package dev.sluice.monitor;

import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.settings.Address;
import dev.sluice.settings.AddressOption;
import dev.sluice.settings.DurationOption;
import dev.sluice.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the monitor can be told; each option has an environment variable, see {@link SettingsReader}. */
@Command(
        name = "monitor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description =
                "Keeps what Sluice predicts, sees drift, and has models retrained. Each option can be given as an environment"
                        + " variable: --drift-window is SLUICE_DRIFT_WINDOW. Times are written 500ms, 10s, 5m or 1h.")
public final class MonitorSettings implements SettingsReader.Validated {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final String DATABASE_EXAMPLE = "postgresql://user:password@host:5432/database";
    private static final List<String> HTTP = List.of("http", "https");

    @Option(names = "--redis", converter = AddressOption.class, description = "Redis that holds the queue.")
    Address redis = Address.parse("redis://127.0.0.1:6390");

    @Option(
            names = "--database",
            converter = AddressOption.class,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description =
                    "Postgres: postgresql://user:password@host:port/database. Better given as SLUICE_DATABASE, where no process list shows it.")
    @Nullable Address database;

    @Option(names = "--host", description = "Address to listen on.")
    String host = "127.0.0.1";

    @Option(names = "--monitor-port", description = "Port of health, metrics, drift and hooks; not for the public.")
    int port = 8070;

    @Option(
            names = "--prometheus",
            converter = AddressOption.class,
            description =
                    "What the dashboards ask, such as http://127.0.0.1:9090; none: they show Postgres's figures alone.")
    @Nullable Address prometheus;

    @Option(
            names = "--transfer-share",
            description =
                    "Part of the time, up to 1, that keeping predictions may take while more wait; the others share the processors.")
    double transferShare = 0.05;

    @Option(names = "--retention-days", description = "Predictions and feedback of earlier days are dropped.")
    int retentionDays = 30;

    @Option(
            names = "--drift-interval",
            converter = DurationOption.class,
            description = "How often predictions are held against the training data.")
    Duration driftInterval = Duration.ofSeconds(15);

    @Option(
            names = "--drift-window",
            converter = DurationOption.class,
            description = "Predictions of this last while are looked at.")
    Duration driftWindow = Duration.ofHours(1);

    @Option(names = "--drift-most-samples", description = "Of those the newest that are looked at.")
    int driftMostSamples = 5_000;

    @Option(names = "--drift-least-samples", description = "With fewer in the window nothing is said.")
    int driftLeastSamples = 300;

    @Option(
            names = "--accuracy-window",
            converter = DurationOption.class,
            description = "Live accuracy is that of the feedback given in this last while.")
    Duration accuracyWindow = Duration.ofHours(1);

    @Option(
            names = "--hook-token",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description =
                    "Alertmanager must bear it at /hooks/alertmanager; without one the hook is closed. Better given as SLUICE_HOOK_TOKEN.")
    String hookToken = "";

    @Option(names = "--retrain-by", description = "What runs a retraining: process, prefect or airflow.")
    String retrainBy = "process";

    @Option(
            names = "--retrain-command",
            description = "Of process: the command, words divided by blanks; {model} stands for the model.")
    String retrainCommand = "python3 -m training retrain --model {model}";

    @Option(names = "--retrain-logs", description = "Of process: folder for what the command prints.")
    Path retrainLogs = Path.of("retraining-logs");

    @Option(
            names = "--retrain-address",
            converter = AddressOption.class,
            description = "Of prefect or airflow: address of its REST API.")
    Address retrainAddress = Address.parse("http://127.0.0.1:4200/api");

    @Option(names = "--retrain-target", description = "Of prefect: flow/deployment; of airflow: the DAG.")
    String retrainTarget = "retrain/retrain";

    @Option(names = "--retrain-user", description = "Of airflow.")
    String retrainUser = "";

    @Option(
            names = "--retrain-password",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Of airflow. Better given as SLUICE_RETRAIN_PASSWORD.")
    String retrainPassword = "";

    @Option(
            names = "--retrain-cool-down",
            converter = DurationOption.class,
            description = "After a retraining of a model has ended, until the next.")
    Duration retrainCoolDown = Duration.ofHours(1);

    @Option(names = "--log-format", description = "text or json.")
    String logFormat = "text";

    DriftWatch.Terms driftTerms() {
        return new DriftWatch.Terms(driftWindow, driftMostSamples, driftLeastSamples);
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        requireScheme(faults, "--redis", redis, List.of("redis", "rediss", "unix"), "redis://127.0.0.1:6390");
        if (database == null) {
            faults.add("--database is missing: give the address of a Postgres, such as " + DATABASE_EXAMPLE);
        } else if (database.toString().matches(".*//[^/]*/?")) {
            faults.add("--database: the address names no database: write one such as " + DATABASE_EXAMPLE);
        }
        requireScheme(faults, "--database", database, List.of("postgresql", "postgres"), DATABASE_EXAMPLE);
        requireScheme(faults, "--prometheus", prometheus, HTTP, "http://127.0.0.1:9090");
        requireScheme(faults, "--retrain-address", retrainAddress, HTTP, "http://127.0.0.1:4200/api");
        if (port < 0 || port > 65_535) {
            faults.add("--monitor-port must lie between 0 (any free one) and 65535, not " + port);
        }
        if (!(transferShare > 0 && transferShare <= 1)) {
            faults.add("--transfer-share must be above 0 and at most 1, not " + transferShare);
        }
        requireAtLeastOne(faults, "--retention-days", retentionDays);
        requireAtLeastOne(faults, "--drift-least-samples", driftLeastSamples);
        if (driftMostSamples < driftLeastSamples) {
            faults.add("--drift-most-samples must not be less than --drift-least-samples");
        }
        requireTime(faults, "--drift-interval", driftInterval);
        requireTime(faults, "--drift-window", driftWindow);
        requireTime(faults, "--accuracy-window", accuracyWindow);
        if (!List.of("process", "prefect", "airflow").contains(retrainBy)) {
            faults.add("--retrain-by is process, prefect or airflow, not '" + retrainBy + "'");
        }
        if (retrainCommand.isBlank()) {
            faults.add("--retrain-command is empty");
        }
        if (!List.of("text", "json").contains(logFormat)) {
            faults.add("--log-format is text or json, not '" + logFormat + "'");
        }
        return faults;
    }

    private static void requireScheme(
            List<String> faults, String option, @Nullable Address address, List<String> schemes, String example) {
        if (address != null) {
            address.faultUnless(schemes, example).ifPresent(fault -> faults.add(option + ": " + fault));
        }
    }

    private static void requireAtLeastOne(List<String> faults, String option, int number) {
        if (number < 1) {
            faults.add(option + " must be at least 1, not " + number);
        }
    }

    private static void requireTime(List<String> faults, String option, Duration time) {
        if (time.compareTo(SHORTEST) < 0) {
            faults.add(option + " must be at least 100ms");
        }
    }
}
