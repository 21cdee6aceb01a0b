package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Reads options from the command line, else from the environment ({@code --redis} is {@code SLUICE_REDIS}), else their defaults. */
public final class SettingsReader {
    /** What a process exits with when its settings are wrong. */
    public static final int EXIT_WRONG_SETTINGS = 2;

    private SettingsReader() {}

    /** Settings that check themselves. */
    public interface Validated {
        /** Every fault as a sentence that names the option; none when all is well. */
        List<String> faults();
    }

    /**
     * Fills the options in; prints help, or all faults at once, where there is nothing to run.
     *
     * @return empty when the process is to exit with {@code exitCode[0]}
     */
    public static <T extends Validated> Optional<T> read(
            T options, String[] args, Map<String, String> environment, int[] exitCode) {
        CommandLine commandLine = new CommandLine(options);
        commandLine.setDefaultValueProvider(argument -> fromEnvironment(argument, environment));
        commandLine.getCommandSpec().parser().collectErrors(true);
        CommandLine.ParseResult parsed = commandLine.parseArgs(args);
        if (CommandLine.printHelpIfRequested(parsed)) {
            exitCode[0] = 0;
            return Optional.empty();
        }
        List<String> faults = new ArrayList<>();
        parsed.errors().forEach(error -> faults.add(String.valueOf(error.getMessage())));
        if (faults.isEmpty()) {
            faults.addAll(options.faults());
        }
        if (faults.isEmpty()) {
            return Optional.of(options);
        }
        System.err.println("The settings are not right:");
        faults.forEach(fault -> System.err.println("  - " + fault));
        System.err.println("See --help for every option and its environment variable.");
        exitCode[0] = EXIT_WRONG_SETTINGS;
        return Optional.empty();
    }

    /** The environment variable of an option's long name. */
    public static String variableOf(String option) {
        return "SLUICE_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(java.util.Locale.ROOT);
    }

    private static @org.jspecify.annotations.Nullable String fromEnvironment(
            ArgSpec argument, Map<String, String> environment) {
        return argument instanceof OptionSpec option ? environment.get(variableOf(option.longestName())) : null;
    }
}
