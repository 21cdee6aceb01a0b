package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads options from the command line, otherwise from the environment ({@code --redis} is {@code SLUICE_REDIS}; an empty variable is
 * ignored), otherwise uses their defaults.
 */
public final class SettingsReader {
    /** Exit status of a process whose configuration is invalid. */
    public static final int EXIT_WRONG_SETTINGS = 2;

    private SettingsReader() {}

    /** Settings that validate themselves. */
    public interface Validated {
        /** Every fault as {@code --option <fault>: <remedy>}; none when the settings are valid. */
        List<String> faults();
    }

    /**
     * Sets the options, or prints the help or all faults.
     *
     * @return empty when the process must exit with {@code exitCode[0]}
     */
    public static <T extends Validated> Optional<T> read(
            T options, String[] args, Map<String, String> environment, int[] exitCode) {
        CommandLine commandLine = new CommandLine(options);
        commandLine.setExpandAtFiles(false);
        commandLine.getCommandSpec().parser().collectErrors(true);
        // Not as default values: the help would show them, and one may be an address with a password.
        List<String> all = fromEnvironment(commandLine.getCommandSpec().options(), List.of(args), environment);
        all.addAll(List.of(args));
        CommandLine.ParseResult parsed = commandLine.parseArgs(all.toArray(String[]::new));
        if (CommandLine.printHelpIfRequested(parsed)) {
            exitCode[0] = 0;
            return Optional.empty();
        }
        List<String> faults = new ArrayList<>();
        parsed.errors().forEach(error -> faults.addAll(ParseFault.of(error)));
        if (faults.isEmpty()) {
            faults.addAll(options.faults());
        }
        if (faults.isEmpty()) {
            return Optional.of(options);
        }
        System.err.println("Invalid configuration:");
        faults.forEach(fault -> System.err.println("  - " + fault));
        System.err.println("See --help for every option and its environment variable.");
        exitCode[0] = EXIT_WRONG_SETTINGS;
        return Optional.empty();
    }

    /** The environment variable of an option's long name. */
    public static String variableOf(String option) {
        return "SLUICE_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** An argument for each option that is set only in the environment. */
    private static List<String> fromEnvironment(
            List<OptionSpec> options, List<String> args, Map<String, String> environment) {
        List<String> found = new ArrayList<>();
        for (OptionSpec option : options) {
            if (option.usageHelp() || option.versionHelp()) {
                continue;
            }
            String name = option.longestName();
            String value = environment.getOrDefault(variableOf(name), "");
            if (!value.isBlank() && args.stream().noneMatch(arg -> arg.equals(name) || arg.startsWith(name + "="))) {
                found.add(name + "=" + value);
            }
        }
        return found;
    }
}
