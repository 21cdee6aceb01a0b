package dev.sluice.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a user reads about settings names the option and the remedy, and never repeats a value. */
@ResourceLock(Resources.SYSTEM_ERR)
class SettingsReaderTest {
    private static final String SECRET = "Qw7xKp";
    private static final String ADDRESS = "redis://:" + SECRET + "@127.0.0.1:6390";

    @Command(name = "program")
    static final class Options implements Settings {
        @Mixin
        ProcessSettings process = new ProcessSettings();

        @Option(names = "--port")
        int port = 8080;

        @Option(names = "--share")
        double share = 1;

        @Option(names = "--deadline")
        Duration deadline = Duration.ofSeconds(90);

        @Override
        public void check(SettingsFaults faults) {
            faults.requirePort("--port", port);
            faults.requireAtLeast("--deadline", deadline, Duration.ofMinutes(1));
            if (share < 1) {
                faults.add("--share is less than --deadline: raise it");
            }
        }
    }

    @Test
    void theHelpShowsTheProgramsDefaultsNotTheEnvironments() {
        String help = printed(Map.of("SLUICE_REDIS", ADDRESS), 0, "--help");
        assertTrue(help.contains("--redis") && help.contains("Default: redis://127.0.0.1:6390"), help);
    }

    @Test
    void theHelpShowsDefaultsInTheFormInWhichTheyAreGiven() {
        String help = printed(Map.of(), 0, "--help");
        assertTrue(help.contains("Default: 90s") && help.contains("Default: text"), help);
        Options options = SettingsReading.valid(new Options(), Map.of());
        assertEquals(Duration.ofSeconds(90), options.deadline);
        assertEquals(LogFormat.TEXT, options.process.logFormat);
    }

    @Test
    void theFaultsOfIncludedGroupsAreNamedWithTheOthers() {
        String faults = printed(
                Map.of("SLUICE_REDIS", "http://127.0.0.1"), SettingsReader.EXIT_WRONG_SETTINGS, "--port", "70000");
        assertTrue(faults.contains("  - --redis: the address does not begin with redis://"), faults);
        assertTrue(faults.contains("  - --port 70000 is not a port: choose"), faults);
    }

    @Test
    void valuesThatCannotBeReadAreNamedWithThoseOutOfRangeAndNotComparedWithOthers() {
        String faults = printed(
                Map.of("SLUICE_REDIS", "http://127.0.0.1"),
                SettingsReader.EXIT_WRONG_SETTINGS,
                "--deadline=10x",
                "--share=0.5",
                "--port=70000");
        assertEquals(
                List.of("--deadline:", "--port", "--redis:"),
                faults.lines()
                        .filter(line -> line.startsWith("  - "))
                        .map(line -> line.split(" ")[3])
                        .sorted()
                        .toList(),
                faults);
    }

    @Test
    void aChoiceIsNamedWithItsAlternatives() {
        String faults = printed(Map.of("SLUICE_LOG_FORMAT", SECRET), SettingsReader.EXIT_WRONG_SETTINGS);
        assertTrue(faults.contains("--log-format: the value is unknown: choose text, json"), faults);
        assertEquals(
                LogFormat.JSON,
                SettingsReading.valid(new Options(), Map.of("SLUICE_LOG_FORMAT", "json")).process.logFormat);
    }

    @Test
    void aDurationIsShownInTheLargestUnitThatDividesIt() {
        assertEquals(
                List.of("0s", "1500ms", "90s", "15m", "168h"),
                Stream.of(0L, 1_500L, 90_000L, 900_000L, 604_800_000L)
                        .map(Duration::ofMillis)
                        .map(DurationText::of)
                        .toList());
    }

    @Test
    void anAddressInTheWrongPlaceIsNotRepeated() {
        for (String[] arguments : List.<String[]>of(
                new String[] {"--redsi=" + ADDRESS},
                new String[] {"--redsi", ADDRESS},
                new String[] {"-redis=" + ADDRESS},
                new String[] {ADDRESS},
                new String[] {"--port", ADDRESS},
                new String[] {"--share", ADDRESS},
                new String[] {"--deadline", ADDRESS},
                new String[] {"--redis", "--port=" + SECRET},
                new String[] {"--redis=" + ADDRESS, "--redis=" + ADDRESS},
                new String[] {"@" + SECRET},
                new String[] {"--redis=redis://:" + SECRET + "/" + SECRET + "@127.0.0.1:6390"})) {
            String faults = printed(Map.of(), SettingsReader.EXIT_WRONG_SETTINGS, arguments);
            assertTrue(
                    faults.lines().filter(line -> line.startsWith("  - ")).allMatch(line -> line.contains(": ")),
                    faults);
        }
    }

    @Test
    void aFaultOfTheEnvironmentNamesItsOption() {
        String faults = printed(
                Map.of(
                        "SLUICE_REDIS",
                        "redis://:" + SECRET + "#" + SECRET + "@127.0.0.1",
                        "SLUICE_PORT",
                        SECRET,
                        "SLUICE_DEADLINE",
                        "10x"),
                SettingsReader.EXIT_WRONG_SETTINGS);
        assertTrue(faults.startsWith("Invalid configuration:\n"), faults);
        assertTrue(faults.contains("--deadline: the value is not a duration: write one such as 500ms"), faults);
        assertTrue(
                faults.contains("--port: the value is not a whole number within the range: give digits only"), faults);
        assertTrue(faults.contains("--redis: the address") && faults.contains("%40 for @"), faults);
    }

    @Test
    void anEmptyVariableIsNone() {
        assertEquals(8080, SettingsReading.valid(new Options(), Map.of("SLUICE_REDIS", "", "SLUICE_PORT", " ")).port);
    }

    private static String printed(Map<String, String> environment, int exitCode, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            assertEquals(
                    new SettingsReader.Reading.Ended<Options>(exitCode),
                    SettingsReader.read(new Options(), arguments, environment),
                    List.of(arguments)::toString);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertFalse(text.contains(SECRET), text);
        return text;
    }
}
