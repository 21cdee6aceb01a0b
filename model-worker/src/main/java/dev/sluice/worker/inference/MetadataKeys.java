package dev.sluice.worker.inference;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which keys metadata may have. One that nobody reads is a fault: a misspelt {@code applySoftmax} would otherwise change every answer in
 * silence. Notes for people have a place of their own.
 */
final class MetadataKeys {
    private static final Set<String> OF_ALL_TASKS = Set.of("task", "description", "notes");

    /** What MLflow and the shipped training log by themselves: figures and origins that nobody reads here. */
    private static final Set<String> NOTES =
            Set.of("accuracy", "data", "dependencies_schemas", "r2", "release", "rmse", "roc_auc", "target");

    private static final String NOTE_SUFFIX = "_on_generated_data";

    private final List<TaskKind> kinds;

    MetadataKeys(List<TaskKind> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    /** Adds a fault for each key that this kind of task does not read. */
    void check(ModelMetadata metadata, TaskKind task) {
        metadata.entries().fieldNames().forEachRemaining(key -> {
            if (!OF_ALL_TASKS.contains(key) && !task.keys().contains(key) && !isNote(key)) {
                refuse(metadata, key, task);
            }
        });
    }

    private static boolean isNote(String key) {
        String name = key.endsWith(NOTE_SUFFIX) ? key.substring(0, key.length() - NOTE_SUFFIX.length()) : key;
        return NOTES.contains(name) || key.startsWith("mlflow.");
    }

    private void refuse(ModelMetadata metadata, String key, TaskKind task) {
        String others = kinds.stream()
                .filter(kind -> kind.keys().contains(key))
                .map(TaskKind::name)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            metadata.fault(key, "does not apply to %s but to %s".formatted(task.name(), others), "remove it");
            return;
        }
        Set<String> known = new TreeSet<>(OF_ALL_TASKS);
        known.addAll(task.keys());
        String remedy = Spelling.nearest(key, known)
                .map("did you mean '%s'? "::formatted)
                .orElse("");
        metadata.fault(
                key,
                "is unknown",
                remedy + "%s has the keys %s; a note for people belongs under 'notes'".formatted(task.name(), known));
    }
}
