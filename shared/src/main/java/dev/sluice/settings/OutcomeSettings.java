package dev.sluice.settings;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that must be the same for API and workers: both store outcomes. */
public final class OutcomeSettings implements Settings {
    @Option(
            names = "--outcome-ttl",
            description =
                    "How long the outcome of an asynchronous request, or of one with an Idempotency-Key, can be fetched.")
    public Duration outcomeTtl = Duration.ofMinutes(15);

    @Override
    public void check(SettingsFaults faults) {
        faults.requireAtLeast("--outcome-ttl", outcomeTtl, Duration.ofSeconds(1));
    }
}
