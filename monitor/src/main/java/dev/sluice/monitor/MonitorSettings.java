package dev.sluice.monitor;

import dev.sluice.monitor.drift.DriftWatch;
import dev.sluice.settings.Address;
import dev.sluice.settings.AddressOption;
import dev.sluice.settings.DurationOption;
import dev.sluice.settings.RedisAddress;
import dev.sluice.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of the monitor; each has an environment variable, see {@link SettingsReader}. */
@Command(
        name = "monitor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description =
                "Copies the predictions of Sluice to Postgres, measures drift and accuracy, and starts retrainings. Each option can"
                        + " be given as an environment variable: --drift-window is SLUICE_DRIFT_WINDOW. Durations are written 500ms,"
                        + " 10s, 5m or 1h.")
public final class MonitorSettings implements SettingsReader.Validated {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final String DATABASE_EXAMPLE = "postgresql://user:password@host:5432/database";
    private static final List<String> HTTP = List.of("http", "https");

    @Option(names = "--redis", converter = AddressOption.class, description = RedisAddress.DESCRIPTION)
    Address redis = Address.parse("redis://127.0.0.1:6390");

    @Option(
            names = "--database",
            converter = AddressOption.class,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description =
                    "Address of Postgres: postgresql://user:password@host:port/database. Prefer SLUICE_DATABASE: process lists show options.")
    @Nullable Address database;

    @Option(names = "--host", description = "Address to listen on.")
    String host = "127.0.0.1";

    @Option(
            names = "--monitor-port",
            description =
                    "Port of health, metrics, drift, dashboards and the alert hook; keep it off the public network.")
    int port = 8070;

    @Option(
            names = "--prometheus",
            converter = AddressOption.class,
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
            converter = DurationOption.class,
            description = "Interval between two comparisons of predictions with the training data.")
    Duration driftInterval = Duration.ofSeconds(15);

    @Option(
            names = "--drift-window",
            converter = DurationOption.class,
            description = "Age of the oldest predictions that drift is computed from.")
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
            converter = DurationOption.class,
            description = "Age of the oldest feedback that live accuracy is computed from.")
    Duration accuracyWindow = Duration.ofHours(1);

    @Option(
            names = "--hook-token",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description =
                    "Bearer token that Alertmanager sends to /hooks/alertmanager; without it no alert is accepted. Prefer SLUICE_HOOK_TOKEN.")
    String hookToken = "";

    @Option(names = "--retrain-by", description = "System that runs retrainings: process, prefect or airflow.")
    String retrainBy = "process";

    @Option(
            names = "--retrain-command",
            description = "For process: the command, split at spaces; {model} is replaced by the model's name.")
    String retrainCommand = "python3 -m training retrain --model {model}";

    @Option(names = "--retrain-logs", description = "For process: folder for the output of the command.")
    Path retrainLogs = Path.of("retraining-logs");

    @Option(
            names = "--retrain-address",
            converter = AddressOption.class,
            description = "For prefect and airflow: address of the REST API.")
    Address retrainAddress = Address.parse("http://127.0.0.1:4200/api");

    @Option(names = "--retrain-target", description = "For prefect: flow/deployment; for airflow: the DAG.")
    String retrainTarget = "retrain/retrain";

    @Option(names = "--retrain-user", description = "For airflow: user name.")
    String retrainUser = "";

    @Option(
            names = "--retrain-password",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "For airflow: password. Prefer SLUICE_RETRAIN_PASSWORD.")
    String retrainPassword = "";

    @Option(
            names = "--retrain-cool-down",
            converter = DurationOption.class,
            description = "Shortest time between the end of one retraining of a model and the start of the next.")
    Duration retrainCoolDown = Duration.ofHours(1);

    @Option(names = "--log-format", description = "Format of the log: text or json.")
    String logFormat = "text";

    DriftWatch.Terms driftTerms() {
        return new DriftWatch.Terms(driftWindow, driftMostSamples, driftLeastSamples);
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        RedisAddress.fault(redis).ifPresent(fault -> faults.add("--redis: " + fault));
        if (database == null) {
            faults.add("--database is missing: give the address of a Postgres, such as " + DATABASE_EXAMPLE);
        } else if (database.toString().matches(".*//[^/]*/?")) {
            faults.add("--database: the address names no database: write one such as " + DATABASE_EXAMPLE);
        }
        requireScheme(faults, "--database", database, List.of("postgresql", "postgres"), DATABASE_EXAMPLE);
        requireScheme(faults, "--prometheus", prometheus, HTTP, "http://127.0.0.1:9090");
        requireScheme(faults, "--retrain-address", retrainAddress, HTTP, "http://127.0.0.1:4200/api");
        if (port < 0 || port > 65_535) {
            faults.add("--monitor-port %d is not a port: choose 0 (any free port) to 65535".formatted(port));
        }
        if (!(transferShare > 0 && transferShare <= 1)) {
            faults.add("--transfer-share %s is out of range: choose a share above 0 and at most 1"
                    .formatted(transferShare));
        }
        requireAtLeastOne(faults, "--retention-days", retentionDays);
        requireAtLeastOne(faults, "--drift-least-samples", driftLeastSamples);
        if (driftMostSamples < driftLeastSamples) {
            faults.add("--drift-most-samples is less than --drift-least-samples: raise the former or lower the latter");
        }
        requireTime(faults, "--drift-interval", driftInterval);
        requireTime(faults, "--drift-window", driftWindow);
        requireTime(faults, "--accuracy-window", accuracyWindow);
        if (!List.of("process", "prefect", "airflow").contains(retrainBy)) {
            faults.add("--retrain-by '%s' is unknown: choose process, prefect or airflow".formatted(retrainBy));
        }
        if (retrainCommand.isBlank()) {
            faults.add("--retrain-command is empty: give a command, or leave the option out");
        }
        if (!List.of("text", "json").contains(logFormat)) {
            faults.add("--log-format '%s' is unknown: choose text or json".formatted(logFormat));
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
            faults.add("%s %d is too small: choose 1 or more".formatted(option, number));
        }
    }

    private static void requireTime(List<String> faults, String option, Duration time) {
        if (time.compareTo(SHORTEST) < 0) {
            faults.add(option + " is too short: choose 100ms or more");
        }
    }
}
