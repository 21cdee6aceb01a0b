package dev.sluice.worker.inference;

import ai.onnxruntime.OnnxJavaType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The output that a version's answers are read from.
 *
 * @param name empty for the first
 * @param labels of the classes; none for a value
 * @param isOnlyOne whether the engine computes it alone, because the file has other outputs that DJL cannot read
 */
record ChosenOutput(Optional<String> name, ClassLabels labels, boolean isOnlyOne) {

    /** Of a file that does not declare its outputs. */
    static ChosenOutput undeclared(ModelTask task) {
        return new ChosenOutput(task.output(), task.labels(), false);
    }

    /** @throws UnservableModelException when the file has no such output, or one that the task cannot be read from */
    static ChosenOutput of(ModelTask task, OnnxFile file) throws UnservableModelException {
        OnnxOutput chosen = find(task, file.outputs());
        boolean fits = switch (chosen) {
            case OnnxOutput.OfTensor tensor ->
                tensor.type() == OnnxJavaType.FLOAT || tensor.type() == OnnxJavaType.DOUBLE;
            case OnnxOutput.OfMaps maps -> task.labels().count() > 0 && maps.value() == OnnxJavaType.FLOAT;
            case OnnxOutput.Other _ -> false;
        };
        if (!fits) {
            throw new UnservableModelException(
                    "output '%s' is %s, and %s is read from %s: name another output in '%s' (the file has %s), or convert it to float32 before export"
                            .formatted(
                                    chosen.name(),
                                    chosen.description(),
                                    task.name(),
                                    readable(task),
                                    task.outputKey(),
                                    describe(file.outputs())));
        }
        requireWidth(task, chosen);
        return new ChosenOutput(Optional.of(chosen.name()), task.labels(), !file.hasOnlyTensors());
    }

    private static OnnxOutput find(ModelTask task, List<OnnxOutput> outputs) throws UnservableModelException {
        if (task.output().isEmpty()) {
            return outputs.getFirst();
        }
        String name = task.output().get();
        return outputs.stream()
                .filter(output -> output.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnservableModelException(
                        "output '%s' of the metadata's '%s' is not in the file: name one of its outputs: %s"
                                .formatted(name, task.outputKey(), describe(outputs))));
    }

    private static void requireWidth(ModelTask task, OnnxOutput chosen) throws UnservableModelException {
        if (chosen instanceof OnnxOutput.OfTensor tensor) {
            if (tensor.shape().isEmpty()) {
                throw new UnservableModelException(
                        "output '%s' is a scalar and has no batch dimension: export the model with an output that has one row for each item"
                                .formatted(tensor.name()));
            }
            long width = tensor.width();
            if (width >= 0 && width != task.width()) {
                throw new UnservableModelException(task.wrongWidth(tensor.name(), width));
            }
        }
    }

    private static String readable(ModelTask task) {
        return task.labels().count() > 0
                ? "a float32 or float64 tensor [N, %d], or maps from class to float32"
                        .formatted(task.labels().count())
                : "a float32 or float64 tensor [N] or [N, 1]";
    }

    private static String describe(List<OnnxOutput> outputs) {
        return outputs.stream()
                .map(output -> "'%s' (%s)".formatted(output.name(), output.description()))
                .collect(Collectors.joining(", "));
    }
}
