package dev.sluice.worker.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A kind of task as metadata names it.
 *
 * @param name value of the metadata's {@code task}
 * @param keys of the metadata that this kind reads, beside those that all kinds have
 */
record TaskKind(String name, Set<String> keys, Reader reader) {

    /** @param keys those that belong together in one list */
    TaskKind(String name, List<List<String>> keys, Reader reader) {
        this(name, keys.stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet()), reader);
    }

    /** Reads one kind of task. Faults are collected in the metadata; what is answered beside a fault is never used. */
    interface Reader {
        ModelTask read(MlModelFile file, ModelMetadata metadata, Path folder);
    }
}
