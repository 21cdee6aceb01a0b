package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.settings.Address;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.SettingsReading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options, their environment variables, and their faults. */
class FrontendSettingsTest {
    @Test
    void theDefaultsAreFreeOfFaults() {
        assertEquals(List.of(), SettingsReader.faults(new FrontendSettings()));
    }

    @Test
    void eachOptionCanBeGivenByTheEnvironmentAndTheCommandLineWins() {
        FrontendSettings settings = SettingsReading.valid(
                new FrontendSettings(),
                Map.of(
                        "SLUICE_PORT",
                        "9001",
                        "SLUICE_HOST",
                        "0.0.0.0",
                        "SLUICE_DEADLINE",
                        "250ms",
                        "SLUICE_EXTRA_COLUMNS",
                        "ignore",
                        "SLUICE_IMAGE_MODEL",
                        "rings@challenger"),
                "--port",
                "9000");
        assertEquals(9000, settings.port);
        assertEquals("0.0.0.0", settings.process.host);
        assertEquals(Duration.ofMillis(250), settings.deadline);
        assertEquals(ExtraColumns.Policy.IGNORE, settings.extraColumns);
        assertEquals("rings@challenger", settings.frontTerms().imageModel().toString());
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        FrontendSettings settings = new FrontendSettings();
        settings.imageModel = "iris";
        settings.tabularModel = "iris";
        settings.managementPort = settings.port;
        settings.process.redis = Address.parse("http://localhost");
        settings.bodyLimit = 0;
        settings.maxDeadline = Duration.ofSeconds(1);
        settings.outcome.outcomeTtl = Duration.ZERO;
        List<String> faults = SettingsReader.faults(settings);
        assertEquals(6, faults.size(), faults.toString());
        assertTrue(faults.stream().allMatch(fault -> fault.contains("--")));
    }

    @Test
    void aNameThatTwoSettingsClaimIsAFault() {
        FrontendSettings settings = new FrontendSettings();
        settings.imageModel = "iris";
        settings.tabularModel = "iris@champion";
        assertEquals(1, SettingsReader.faults(settings).size());
    }
}
