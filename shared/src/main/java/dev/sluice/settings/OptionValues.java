package dev.sluice.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** How option values are written, by the type of the option's field. A choice is an enum; its constants are written in lower case. */
final class OptionValues {
    private OptionValues() {}

    static void registerWith(CommandLine commandLine) {
        commandLine.registerConverter(Duration.class, DurationText::parse);
        commandLine.registerConverter(Address.class, OptionValues::address);
        for (OptionSpec option : commandLine.getCommandSpec().options()) {
            if (option.type().isEnum()) {
                registerChoice(commandLine, option.type());
            }
        }
        commandLine.setDefaultValueProvider(option -> written(option.initialValue()));
    }

    /** Null where picocli's own text is the one that a user can write. */
    private static @Nullable String written(@Nullable Object value) {
        return switch (value) {
            case Duration duration -> DurationText.of(duration);
            case Enum<?> choice -> name(choice);
            case null, default -> null;
        };
    }

    private static <T> void registerChoice(CommandLine commandLine, Class<T> type) {
        commandLine.registerConverter(type, text -> choice(type, text));
    }

    private static <T> T choice(Class<T> type, String text) {
        T[] choices = type.getEnumConstants();
        return Arrays.stream(choices)
                .filter(choice -> name(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("the value is unknown: choose "
                        + Arrays.stream(choices).map(OptionValues::name).collect(Collectors.joining(", "))));
    }

    private static String name(Object choice) {
        return ((Enum<?>) choice).name().toLowerCase(Locale.ROOT);
    }

    private static Address address(String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(String.valueOf(e.getMessage()));
        }
    }
}
