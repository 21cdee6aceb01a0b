package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A fault of a command line or environment, as a sentence that names the option and the remedy. It never repeats a value: picocli's own
 * messages do, and a value may be an address with a password.
 */
final class ParseFault {
    private static final Pattern OPTION = Pattern.compile("(--?[A-Za-z][A-Za-z0-9-]{0,60})(=.*)?", Pattern.DOTALL);

    private ParseFault() {}

    /** One or more sentences. */
    static List<String> of(Exception error) {
        return switch (error) {
            case CommandLine.UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched());
            case CommandLine.OverwrittenOptionException twice ->
                List.of(name(twice.getOverwritten()) + " is given twice: give it once");
            case CommandLine.MissingParameterException missing ->
                missing.getMissing().stream()
                        .map(argument -> name(argument) + " has no value: give it one")
                        .toList();
            case CommandLine.ParameterException wrong
            when wrong.getArgSpec() != null ->
                List.of("%s: %s".formatted(name(wrong.getArgSpec()), whatIsWrong(wrong)));
            default -> List.of("the command line cannot be read: see --help for its form");
        };
    }

    private static List<String> unmatched(List<String> arguments) {
        List<String> faults = new ArrayList<>();
        for (String argument : arguments) {
            Matcher option = OPTION.matcher(argument);
            faults.add(
                    option.matches()
                            ? option.group(1) + " is not an option: see --help for those there are"
                            : "an argument follows no option: write --option value, or --option=value");
        }
        return faults;
    }

    private static String whatIsWrong(CommandLine.ParameterException wrong) {
        // Any other message repeats the value.
        if (wrong.getCause() instanceof InvalidValueException ours) {
            return String.valueOf(ours.getMessage());
        }
        Class<?> type = Objects.requireNonNull(wrong.getArgSpec()).type();
        if (type == int.class || type == long.class) {
            return "the value is not a whole number within the range: give digits only";
        }
        if (type == double.class) {
            return "the value is not a number: write one such as 0.5";
        }
        return "the value is not a %s: see --help for its form"
                .formatted(type.getSimpleName().toLowerCase(java.util.Locale.ROOT));
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
