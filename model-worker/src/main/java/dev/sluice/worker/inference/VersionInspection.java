package dev.sluice.worker.inference;

import java.nio.file.Path;

/**
 * What a version's own files say, read without an engine and without allocating what they ask for.
 *
 * @param signatureHash of its input signature
 */
public record VersionInspection(String signatureHash) {

    /** @throws UnservableModelException when this folder can never be served */
    public static VersionInspection of(Path folder, LoadSettings settings) throws UnservableModelException {
        ModelTask task = CheckedFiles.of(folder).task();
        settings.inputs().check(task.itemBytes());
        return new VersionInspection(task.signature().hash());
    }
}
