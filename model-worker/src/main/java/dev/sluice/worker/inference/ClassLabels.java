package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.VersionFolder;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of the classes in the order of the model's outputs. */
record ClassLabels(List<String> names) {
    /** Of what has no classes. */
    static final ClassLabels NONE = new ClassLabels(List.of());

    private static final String NAMES = "synset";
    private static final String FILE = "synsetFileName";

    ClassLabels {
        names = List.copyOf(names);
    }

    /** From {@code synset}, a list or names with commas between, or from the file {@code synsetFileName} in the folder, a name a line. */
    static ClassLabels read(ModelMetadata metadata, Path folder) {
        if (metadata.has(NAMES) == metadata.has(FILE)) {
            metadata.fault(
                    NAMES,
                    metadata.has(NAMES) ? "stands beside 'synsetFileName'" : "is missing",
                    "give the labels either in 'synset' or in a file named by 'synsetFileName'");
            return NONE;
        }
        String key = metadata.has(NAMES) ? NAMES : FILE;
        List<String> names = metadata.has(NAMES) ? listed(metadata) : fromFile(metadata, folder);
        int empty = names.indexOf("");
        if (empty >= 0) {
            metadata.fault(key, "has no name for label %d of %d".formatted(empty + 1, names.size()), "name each class");
        }
        return new ClassLabels(names);
    }

    /** Adds a fault for a label that stands there twice: answers have the labels as keys. */
    void requireDistinct(ModelMetadata metadata) {
        Set<String> seen = new HashSet<>();
        names.stream()
                .filter(name -> !seen.add(name))
                .distinct()
                .forEach(name -> metadata.fault(
                        metadata.has(NAMES) ? NAMES : FILE,
                        "has the label '%s' twice".formatted(name),
                        "give each class a name of its own"));
    }

    int count() {
        return names.size();
    }

    private static List<String> listed(ModelMetadata metadata) {
        JsonNode value = metadata.entries().path(NAMES);
        if (value.isArray()) {
            List<String> names = new ArrayList<>();
            for (JsonNode name : value) {
                if (name.isContainerNode() || name.isNull()) {
                    metadata.fault(NAMES, "has a list, a map or nothing in place of a name", "give a list of texts");
                    return List.of();
                }
                names.add(name.asText().strip());
            }
            if (names.isEmpty()) {
                metadata.fault(NAMES, "is empty", "give a label for each class");
            }
            return names;
        }
        String text = metadata.text(NAMES).orElse("");
        if (text.startsWith("[") && text.endsWith("]")) {
            metadata.fault(
                    NAMES, "is text with brackets", "log a list, or the names with commas between and no brackets");
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (value.isValueNode()) {
            for (String name : text.split(",", -1)) {
                names.add(name.strip());
            }
        }
        return names;
    }

    private static List<String> fromFile(ModelMetadata metadata, Path folder) {
        String name = metadata.text(FILE).orElse("");
        try {
            Path file = new VersionFolder(folder).file("metadata '%s'".formatted(FILE), name);
            List<String> names = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .toList());
            while (!names.isEmpty() && names.getLast().isEmpty()) {
                names.removeLast();
            }
            if (names.isEmpty()) {
                metadata.fault(FILE, "names the file '%s', which is empty".formatted(name), "write a label a line");
            }
            return names;
        } catch (ModelFileException e) {
            metadata.faults().add(String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            metadata.fault(FILE, "names the file '%s', which is not UTF-8".formatted(name), "save it as UTF-8");
        } catch (IOException e) {
            metadata.fault(
                    FILE,
                    "names the file '%s', which cannot be read".formatted(name),
                    "log it with the model (extra_files)");
        }
        return List.of();
    }
}
