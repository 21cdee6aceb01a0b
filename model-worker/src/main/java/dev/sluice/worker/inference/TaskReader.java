package dev.sluice.worker.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads a version's task from its MLmodel. */
final class TaskReader {
    private static final List<TaskKind> KINDS =
            List.of(PictureClassification.KIND, RowClassification.KIND, RowRegression.KIND);

    private TaskReader() {}

    /** @throws UnservableModelException naming every entry that is missing, wrong or unknown */
    static ModelTask read(MlModelFile file, Path folder) throws UnservableModelException {
        VersionFaults faults = new VersionFaults();
        ModelMetadata metadata = file.metadata(faults);
        String name = metadata.required("task");
        Optional<TaskKind> kind =
                KINDS.stream().filter(known -> known.name().equals(name)).findFirst();
        if (kind.isEmpty()) {
            if (faults.isEmpty()) {
                metadata.wrong("task", name, KINDS.stream().map(TaskKind::name).collect(Collectors.joining(" or ")));
            }
            faults.throwIfAny();
        }
        new MetadataKeys(KINDS).check(metadata, kind.orElseThrow());
        ModelTask task = kind.orElseThrow().reader().read(file, metadata, folder);
        faults.throwIfAny();
        return task;
    }
}
