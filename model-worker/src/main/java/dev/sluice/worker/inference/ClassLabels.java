package dev.sluice.worker.inference;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.VersionFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names of the classes in the order of the model's outputs.
 *
 * @param quoted the same names, each as a JSON string
 */
record ClassLabels(List<String> names, List<String> quoted) {
    /** Of what has no classes. */
    static final ClassLabels NONE = of(List.of());

    ClassLabels {
        names = List.copyOf(names);
        quoted = List.copyOf(quoted);
    }

    static ClassLabels of(List<String> names) {
        return new ClassLabels(names, names.stream().map(ClassLabels::quote).toList());
    }

    /** From {@code synset}, a list or names with commas between, or from the file {@code synsetFileName} in the folder, a name a line. */
    static ClassLabels read(ModelMetadata metadata, Path folder) throws UnservableModelException {
        Optional<List<String>> list = metadata.list("synset");
        if (list.isPresent()) {
            return of(list.get());
        }
        Optional<String> names = metadata.optionalText("synset");
        List<String> labels = names.isPresent()
                ? Arrays.asList(names.get().split(","))
                : fromFile(metadata.text("synsetFileName"), folder);
        return of(labels.stream().map(String::strip).toList());
    }

    int count() {
        return names.size();
    }

    String json(int index) {
        return quoted.get(index);
    }

    private static List<String> fromFile(String name, Path folder) throws UnservableModelException {
        try {
            Path file = new VersionFolder(folder).file("its metadata 'synsetFileName'", name);
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (ModelFileException e) {
            throw new UnservableModelException(e);
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its labels '%s' cannot be read: log them with the model".formatted(name), e);
        }
    }

    private static String quote(String label) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(label)) + '"';
    }
}
