package dev.sluice.worker;

import dev.sluice.queue.LeaseTerms;
import dev.sluice.settings.OutcomeSettings;
import dev.sluice.settings.ProcessSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.settings.SettingsReader;
import dev.sluice.worker.rollout.RolloutSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What one worker process can be told. */
@Command(
        name = "model-worker",
        description = "Takes jobs from Redis, infers in batches, commits answers; follows the aliases of the MLflow"
                + " registry." + SettingsReader.FORMS)
final class WorkerSettings implements Settings {
    /** For stopping the rollouts and for the last commits. */
    private static final Duration AFTER_THE_LAST_INFERENCE = Duration.ofSeconds(15);

    @Mixin
    final ProcessSettings process = new ProcessSettings();

    @Option(names = "--management-port", description = "Health and metrics; taken: the next free one.")
    int managementPort = 8082;

    @Mixin
    final RegistrySettings registry = new RegistrySettings();

    @Mixin
    final CacheSettings cache = new CacheSettings();

    @Mixin
    final ServingSettings serving = new ServingSettings();

    @Mixin
    final InferenceSettings inference = new InferenceSettings();

    @Mixin
    final OutcomeSettings outcome = new OutcomeSettings();

    @Mixin
    final LeaseSettings leases = new LeaseSettings();

    @Option(
            names = "--drain-timeout",
            description =
                    "After SIGTERM, how long running batches and their commits may take; jobs that are not committed by then"
                            + " go on elsewhere. Default: --inference-limit and 15 s.")
    @Nullable Duration drainTimeout;

    Duration drainTimeout() {
        return drainTimeout == null ? inference.inferenceLimit.plus(AFTER_THE_LAST_INFERENCE) : drainTimeout;
    }

    LeaseTerms leaseTerms() {
        return leases.terms(outcome.outcomeTtl);
    }

    RolloutSettings rolloutSettings() {
        return serving.rollouts(inference.loading(cache.cache));
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requirePort("--management-port", managementPort);
        faults.requireAtLeast("--drain-timeout", drainTimeout(), Duration.ofSeconds(1));
    }
}
