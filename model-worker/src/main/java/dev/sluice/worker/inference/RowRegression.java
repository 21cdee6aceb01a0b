package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import dev.sluice.model.ModelSignature;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A number for each row. */
record RowRegression(ModelSignature.Rows signature, Optional<String> output) implements RowTask {
    private static final String OUTPUT = "valueOutput";

    static final TaskKind KIND = new TaskKind("tabular-regression", List.of(List.of(OUTPUT)), RowRegression::read);

    private static RowRegression read(MlModelFile file, ModelMetadata metadata, Path folder) {
        return new RowRegression(
                metadata.orFault(
                        new ModelSignature.Rows(List.of()),
                        () -> SignatureReader.rows(file.inputs(), metadata.faults())),
                Optional.of(metadata.required(OUTPUT)));
    }

    @Override
    public TaskKind kind() {
        return KIND;
    }

    @Override
    public String outputKey() {
        return OUTPUT;
    }

    @Override
    public ClassLabels labels() {
        return ClassLabels.NONE;
    }

    @Override
    public ItemResult answer(double[] numbers, boolean isSingle) {
        return new ItemResult.Prediction("{\"value\":" + JsonNumber.of(numbers[0], isSingle) + "}");
    }
}
