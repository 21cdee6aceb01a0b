package dev.sluice.worker.inference;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An engine's failure as clients may read it: all lines of the first cause that says anything, and no folder of this machine. */
final class EngineFault {
    private static final int MOST_CHARACTERS = 600;
    private static final Pattern FOLDERS = Pattern.compile("(?<![\\w.:/])(?:/[\\w.+@-]+)+/(?=[\\w.+@-])");
    private static final Pattern LOCALE =
            Pattern.compile("(?s).*[Ff]ailed to construct locale with name:\\s*([\\w.@-]+).*");

    /** What to do when a message has these words. */
    private record Remedy(Pattern words, String remedy) {
        Remedy(String words, String remedy) {
            this(Pattern.compile(words), remedy);
        }
    }

    private static final List<Remedy> REMEDIES = List.of(
            new Remedy(
                    "not a registered function/op|No Op registered",
                    "export it with operators of ONNX itself, others are not served"),
            new Remedy(
                    "Could not find an implementation",
                    "ONNX Runtime has no such operator for these types on a CPU: export it with another opset or another operator"),
            new Remedy("IR version|opset", "export it with a lower opset"),
            new Remedy(
                    "bad_alloc|[Oo]ut of memory|allocate memory",
                    "give the worker more memory, or use a smaller model"),
            new Remedy(
                    "Unknown builtin op|Unknown custom class|Unknown type",
                    "script it with operators of PyTorch itself, extensions are not loaded"),
            new Remedy("maximum supported version", "save it with PyTorch 2.7"));

    private EngineFault() {}

    /** The reason why a version is not served whose file the engine does not load. */
    static UnservableModelException unloadable(ServedFlavor.Weights weights, Exception failure) {
        String message = message(failure);
        Optional<String> locale = missingLocale(failure);
        if (locale.isPresent()) {
            return new UnservableModelException(
                    "its file '%s': %s".formatted(weights.file().getFileName(), locale.get()), failure);
        }
        String remedy = REMEDIES.stream()
                .filter(known -> known.words().matcher(message).find())
                .map(Remedy::remedy)
                .findFirst()
                .orElse(
                        switch (weights.flavor()) {
                            case ONNX -> "check it with onnx.checker.check_model and load it with onnxruntime 1.21";
                            case TORCHSCRIPT -> "load it with torch.jit.load of PyTorch 2.7 to see what it lacks";
                        });
        return new UnservableModelException(
                "its file '%s' cannot be loaded by %s (%s): %s"
                        .formatted(
                                weights.file().getFileName(), weights.flavor().engine(), message, remedy),
                failure);
    }

    static String message(Throwable failure) {
        Optional<String> locale = missingLocale(failure);
        if (locale.isPresent()) {
            return locale.get();
        }
        String plain = FOLDERS.matcher(deepestMessage(failure)).replaceAll("");
        if (plain.isEmpty()) {
            return "it gives no reason";
        }
        return plain.length() <= MOST_CHARACTERS ? plain : plain.substring(0, MOST_CHARACTERS) + "…";
    }

    private static Optional<String> missingLocale(Throwable failure) {
        Matcher locale = LOCALE.matcher(deepestMessage(failure));
        return locale.matches()
                ? Optional.of(
                        "the locale '%s' is missing on the worker's machine: install it (localedef -i en_US -f UTF-8 en_US.UTF-8), or export the model with another"
                                .formatted(locale.group(1)))
                : Optional.empty();
    }

    /** On one line. */
    private static String deepestMessage(Throwable failure) {
        String message = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String lines = String.valueOf(cause.getMessage())
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(" "));
            message = lines.isEmpty() || cause.getMessage() == null ? message : lines;
        }
        return message;
    }
}
