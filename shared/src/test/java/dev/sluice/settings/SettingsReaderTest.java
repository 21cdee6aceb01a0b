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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a user reads about settings names the option and the remedy, and never repeats a value. */
@ResourceLock(Resources.SYSTEM_ERR)
class SettingsReaderTest {
    private static final String SECRET = "Qw7xKp";
    private static final String ADDRESS = "redis://:" + SECRET + "@127.0.0.1:6390";

    @Command(name = "program", mixinStandardHelpOptions = true, showDefaultValues = true)
    static final class Options implements SettingsReader.Validated {
        @Option(names = "--redis", converter = AddressOption.class)
        Address redis = Address.parse("redis://127.0.0.1:6390");

        @Option(names = "--port")
        int port = 8080;

        @Option(names = "--share")
        double share = 0.5;

        @Option(names = "--deadline", converter = DurationOption.class)
        Duration deadline = Duration.ofSeconds(1);

        @Override
        public List<String> faults() {
            return List.of();
        }
    }

    @Test
    void theHelpShowsTheProgramsDefaultsNotTheEnvironments() {
        String help = printed(Map.of("SLUICE_REDIS", ADDRESS), 0, "--help");
        assertTrue(help.contains("--redis") && help.contains("Default: redis://127.0.0.1:6390"), help);
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
        Optional<Options> read = SettingsReader.read(
                new Options(), new String[0], Map.of("SLUICE_REDIS", "", "SLUICE_PORT", " "), new int[1]);
        assertEquals(8080, read.orElseThrow().port);
    }

    private static String printed(Map<String, String> environment, int exitCode, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int[] exit = {-1};
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            Optional<Options> read = SettingsReader.read(new Options(), arguments, environment, exit);
            assertTrue(read.isEmpty(), List.of(arguments)::toString);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertEquals(exitCode, exit[0], text);
        assertFalse(text.contains(SECRET), text);
        return text;
    }
}
