package dev.sluice.worker.modelfile;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code of a TorchScript module as text. Operators of PyTorch are called by name, and no name can be put together while it runs, so
 * the words tell what the code can do.
 */
final class TorchScriptCode {
    /** The only operators of libtorch that take the name of a file: read into a tensor, written as a pickle. */
    private static final Set<String> OPERATORS = Set.of("from_file", "save");

    private static final Pattern WORD = Pattern.compile("(?<!\\w)(?:%s)(?!\\w)".formatted(String.join("|", OPERATORS)));
    /** As torch.jit.save writes it; an attribute's name between quotes, nothing escaped, nothing joined. */
    private static final Pattern ATTRIBUTE = Pattern.compile("(?<!\\w)getattr\\([\\w.]+, \"[^\"\\\\\\n]*\"\\)");

    private static final Pattern ANY_ATTRIBUTE = Pattern.compile("(?<!\\w)getattr(?!\\w)");

    private TorchScriptCode() {}

    static void check(String code) throws ModelFileException {
        Matcher operator = WORD.matcher(code);
        if (operator.find()) {
            throw new ModelFileException(
                    "its TorchScript code calls '%s', which reads or writes files: script the module without it"
                            .formatted(operator.group()));
        }
        if (ANY_ATTRIBUTE.matcher(withoutAttributes(code)).find()) {
            throw new ModelFileException(
                    "its TorchScript code puts together the name of an attribute for getattr: save it with torch.jit.save");
        }
    }

    /** From the innermost outwards: {@code getattr(getattr(self.layers, "0"), "1")}. */
    private static String withoutAttributes(String code) {
        String rest = code;
        while (true) {
            String next = ATTRIBUTE.matcher(rest).replaceAll("x");
            if (next.equals(rest)) {
                return rest;
            }
            rest = next;
        }
    }
}
