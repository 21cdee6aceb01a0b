package dev.sluice.worker.inference;

import dev.sluice.job.ItemResults;
import dev.sluice.model.OutputRole;
import dev.sluice.model.Signature;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.TensorBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A number for each row. */
record RowRegression(Signature signature, Optional<String> output) implements RowTask {
    private static final String OUTPUT = "valueOutput";
    /** The name of the output in outcomes. */
    private static final String VALUE = "value";

    static final TaskKind KIND = new TaskKind("tabular-regression", List.of(List.of(OUTPUT)), RowRegression::read);

    private static RowRegression read(MlModelFile file, ModelMetadata metadata, Path folder) {
        return new RowRegression(
                metadata.orFault(
                        new Signature(List.of()), () -> SignatureReader.rows(file.inputs(), metadata.faults())),
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
    public VersionRecord versionRecord() {
        return new VersionRecord(List.of(new VersionOutput(VALUE, OutputRole.VALUE)), List.of(), 0);
    }

    @Override
    public ItemResults.Tensors interpret(Scores scores) {
        TensorBuilder values =
                new TensorBuilder(VALUE, scores.isSingle() ? Datatype.FP32 : Datatype.FP64, scores.items());
        for (int item = 0; item < scores.items(); item++) {
            values.putReal(item, scores.values()[item]);
        }
        return ItemResults.Tensors.of(scores.items(), List.of(values.build()));
    }
}
