package dev.sluice.monitor;

import dev.sluice.monitor.retraining.AirflowTrainer;
import dev.sluice.monitor.retraining.AlertHook;
import dev.sluice.monitor.retraining.PrefectTrainer;
import dev.sluice.monitor.retraining.ProcessTrainer;
import dev.sluice.monitor.retraining.Retrainings;
import dev.sluice.monitor.retraining.Trainer;
import dev.sluice.settings.Address;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Who asks for retrainings, and who runs them. */
final class RetrainingSettings implements Settings {
    @Option(
            names = "--hook-token",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Bearer token that Alertmanager sends to /hooks/alertmanager; without it no alert is accepted. Prefer SLUICE_HOOK_TOKEN.")
    String hookToken = "";

    @Option(names = "--retrain-by", description = "System that runs retrainings: process, prefect or airflow.")
    By retrainBy = By.PROCESS;

    @Option(
            names = "--retrain-command",
            description = "For process: the command, split at spaces; {model} is replaced by the model's name.")
    String retrainCommand = "python3 -m training retrain --model {model}";

    @Option(names = "--retrain-logs", description = "For process: folder for the output of the command.")
    Path retrainLogs = Path.of("retraining-logs");

    @Option(names = "--retrain-address", description = "For prefect and airflow: address of the REST API.")
    Address retrainAddress = Address.parse("http://127.0.0.1:4200/api");

    @Option(names = "--retrain-target", description = "For prefect: flow/deployment; for airflow: the DAG.")
    String retrainTarget = "retrain/retrain";

    @Option(names = "--retrain-user", description = "For airflow: user name.")
    String retrainUser = "";

    @Option(
            names = "--retrain-password",
            showDefaultValue = Visibility.NEVER,
            description = "For airflow: password. Prefer SLUICE_RETRAIN_PASSWORD.")
    String retrainPassword = "";

    @Option(
            names = "--retrain-cool-down",
            description = "Shortest time between the end of one retraining of a model and the start of the next.")
    Duration retrainCoolDown = Duration.ofHours(1);

    /** Systems that run retrainings. */
    enum By {
        PROCESS,
        PREFECT,
        AIRFLOW
    }

    Trainer trainer(Vertx vertx) {
        return switch (retrainBy) {
            case PROCESS -> new ProcessTrainer(retrainCommand, retrainLogs);
            case PREFECT -> new PrefectTrainer(vertx, retrainAddress, retrainTarget);
            case AIRFLOW -> new AirflowTrainer(vertx, retrainAddress, retrainTarget, retrainUser, retrainPassword);
        };
    }

    @Nullable AlertHook hook(Retrainings retrainings) {
        return hookToken.isEmpty() ? null : new AlertHook(retrainings, hookToken);
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requireScheme(
                "--retrain-address", retrainAddress, List.of("http", "https"), "http://127.0.0.1:4200/api");
        if (retrainCommand.isBlank()) {
            faults.add("--retrain-command is empty: give a command, or leave the option out");
        }
    }
}
