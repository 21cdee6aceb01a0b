package dev.sluice.worker.inference;

import dev.sluice.model.Signature;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which of its classes a row belongs to: the probability of each. */
record RowClassification(Signature signature, Optional<String> output, ClassProbabilities probabilities)
        implements Classification, RowTask {
    static final TaskKind KIND =
            new TaskKind("tabular-classification", List.of(ClassProbabilities.KEYS), RowClassification::read);

    private static RowClassification read(MlModelFile file, ModelMetadata metadata, Path folder) {
        ClassProbabilities probabilities = ClassProbabilities.read(metadata, folder);
        probabilities.labels().requireDistinct(metadata);
        return new RowClassification(
                metadata.orFault(
                        new Signature(List.of()), () -> SignatureReader.rows(file.inputs(), metadata.faults())),
                Optional.of(metadata.required(ClassProbabilities.OUTPUT)),
                probabilities);
    }

    @Override
    public TaskKind kind() {
        return KIND;
    }

    @Override
    public int top() {
        return 0;
    }
}
