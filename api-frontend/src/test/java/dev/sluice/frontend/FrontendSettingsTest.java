package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.settings.Address;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options, their environment variables, and their faults. */
class FrontendSettingsTest {
    @Test
    void theDefaultsAreFreeOfFaults() {
        assertTrue(new FrontendSettings().faults().isEmpty());
    }

    @Test
    void eachOptionCanBeGivenByTheEnvironmentAndTheCommandLineWins() {
        FrontendSettings settings = SettingsReader.read(
                        new FrontendSettings(),
                        new String[] {"--port", "9000"},
                        Map.of(
                                "SLUICE_PORT",
                                "9001",
                                "SLUICE_DEADLINE",
                                "250ms",
                                "SLUICE_IMAGE_MODEL",
                                "rings@challenger"),
                        new int[1])
                .orElseThrow();
        assertEquals(9000, settings.port);
        assertEquals(Duration.ofMillis(250), settings.deadline);
        assertEquals("rings@challenger", settings.frontTerms().imageModel().toString());
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        FrontendSettings settings = new FrontendSettings();
        settings.imageModel = "iris";
        settings.tabularModel = "iris";
        settings.managementPort = settings.port;
        settings.redis = Address.parse("http://localhost");
        settings.bodyLimit = 0;
        settings.maxDeadline = Duration.ofSeconds(1);
        settings.logFormat = "xml";
        assertEquals(6, settings.faults().size(), settings.faults().toString());
        assertTrue(settings.faults().stream().allMatch(fault -> fault.contains("--")));
    }

    @Test
    void aNameThatTwoSettingsClaimIsAFault() {
        FrontendSettings settings = new FrontendSettings();
        settings.imageModel = "iris";
        settings.tabularModel = "iris@champion";
        assertEquals(1, settings.faults().size());
    }
}
