package dev.sluice.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads options from the command line, otherwise from the environment ({@code --redis} is {@code SLUICE_REDIS}; an empty variable is
 * ignored), otherwise uses the values of their fields. What is wrong is printed at once, and never repeats a value that cannot be read.
 */
public final class SettingsReader {
    /** Exit status of a process whose configuration is invalid. */
    public static final int EXIT_WRONG_SETTINGS = 2;

    /** In the description of every process. */
    public static final String FORMS = " Each option can be given as an environment variable: --log-format is"
            + " SLUICE_LOG_FORMAT. Durations are written 500ms, 10s, 5m or 1h.";

    private static final Pattern OPTION = Pattern.compile("--[a-z0-9-]+");

    private SettingsReader() {}

    /** What a command line asks for. */
    public sealed interface Reading<T> {
        /** To run with valid settings. */
        record Valid<T>(T settings) implements Reading<T> {}

        /** To end: the help or all faults are printed. */
        record Ended<T>(int status) implements Reading<T> {}
    }

    /** The settings of this process; otherwise ends it. */
    public static <T extends Settings> T readOrExit(T settings, String[] args) {
        return switch (read(settings, args, System.getenv())) {
            case Reading.Valid<T>(T valid) -> valid;
            case Reading.Ended<T>(int status) -> {
                System.exit(status);
                throw new IllegalStateException("the process has ended");
            }
        };
    }

    /** Sets the options, or prints the help or all faults. */
    public static <T extends Settings> Reading<T> read(T settings, String[] args, Map<String, String> environment) {
        CommandLine commandLine = commandLine(settings);
        // Not as default values: the help would show them, and one may be an address with a password.
        List<String> all = fromEnvironment(commandLine.getCommandSpec().options(), List.of(args), environment);
        all.addAll(List.of(args));
        CommandLine.ParseResult parsed = commandLine.parseArgs(all.toArray(String[]::new));
        if (CommandLine.printHelpIfRequested(parsed)) {
            return new Reading.Ended<>(0);
        }
        List<String> faults = new ArrayList<>();
        parsed.errors().forEach(error -> faults.addAll(ParseFault.of(error)));
        Set<String> unread = optionsIn(faults);
        check(commandLine.getCommandSpec()).stream()
                // An option that could not be read still has its default.
                .filter(fault -> Collections.disjoint(optionsIn(List.of(fault)), unread))
                .forEach(faults::add);
        if (faults.isEmpty()) {
            return new Reading.Valid<>(settings);
        }
        System.err.println("Invalid configuration:");
        faults.forEach(fault -> System.err.println("  - " + fault));
        System.err.println("See --help for every option and its environment variable.");
        return new Reading.Ended<>(EXIT_WRONG_SETTINGS);
    }

    /** The faults of settings and of the groups that they include. */
    public static List<String> faults(Settings settings) {
        return check(commandLine(settings).getCommandSpec());
    }

    /** The environment variable of an option's long name. */
    public static String variableOf(String option) {
        return "SLUICE_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static Set<String> optionsIn(List<String> faults) {
        return faults.stream()
                .flatMap(fault -> OPTION.matcher(fault).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static CommandLine commandLine(Settings settings) {
        CommandLine commandLine = new CommandLine(settings);
        commandLine.setExpandAtFiles(false);
        commandLine.getCommandSpec().mixinStandardHelpOptions(true);
        commandLine.getCommandSpec().parser().collectErrors(true);
        commandLine.getCommandSpec().usageMessage().showDefaultValues(true).sortOptions(false);
        OptionValues.registerWith(commandLine);
        return commandLine;
    }

    private static List<String> check(CommandSpec command) {
        SettingsFaults faults = new SettingsFaults();
        for (CommandSpec group : command.mixins().values()) {
            if (group.userObject() instanceof Settings included) {
                included.check(faults);
            }
        }
        if (command.userObject() instanceof Settings all) {
            all.check(faults);
        }
        return faults.all();
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
