package dev.sluice.worker.inference;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The names of the classes in the order of the model's outputs, each as a JSON string. */
record ClassLabels(List<String> quoted) {
    ClassLabels {
        quoted = List.copyOf(quoted);
    }

    /** From {@code synset}, names with commas between, or from the file {@code synsetFileName} in the folder, a name a line. */
    static ClassLabels read(ModelMetadata metadata, Path folder) throws UnservableModelException {
        Optional<String> names = metadata.optionalText("synset");
        List<String> labels = names.isPresent()
                ? Arrays.asList(names.get().split(","))
                : fromFile(metadata.text("synsetFileName"), folder);
        return new ClassLabels(
                labels.stream().map(String::strip).map(ClassLabels::quote).toList());
    }

    int count() {
        return quoted.size();
    }

    String json(int index) {
        return quoted.get(index);
    }

    private static List<String> fromFile(String name, Path folder) throws UnservableModelException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw ModelMetadata.wrong("synsetFileName", name, "a file within its folder");
        }
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its labels '%s' cannot be read: log them with the model".formatted(name), e);
        }
    }

    private static String quote(String label) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(label)) + '"';
    }
}
