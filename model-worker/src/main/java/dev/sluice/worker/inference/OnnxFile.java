package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an ONNX file says of its inputs and outputs. DJL tells their names only.
 */
record OnnxFile(List<InputSpec> inputs, List<OnnxOutput> outputs) {
    OnnxFile {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether DJL's own block can run it. */
    boolean hasOnlyTensors() {
        return outputs.stream().allMatch(OnnxOutput.OfTensor.class::isInstance);
    }

    /** DJL's engine runs already: whoever makes ONNX Runtime's environment first decides on its threads. */
    static OnnxFile inspect(Path file) throws UnservableModelException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // It would write its errors on the standard error as well.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.disablePerSessionThreads();
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
                List<InputSpec> inputs = new ArrayList<>();
                for (NodeInfo input : session.getInputInfo().values()) {
                    inputs.add(spec(input));
                }
                List<OnnxOutput> outputs = session.getOutputInfo().values().stream()
                        .map(OnnxOutput::of)
                        .toList();
                return new OnnxFile(inputs, outputs);
            }
        } catch (OrtException e) {
            throw EngineFault.unloadable(new ServedFlavor.Weights(ServedFlavor.ONNX, file), e);
        }
    }

    private static InputSpec spec(NodeInfo input) throws UnservableModelException {
        if (!(input.getInfo() instanceof TensorInfo tensor) || tensor.getShape().length == 0) {
            throw new UnservableModelException(
                    "its input '%s' is no tensor with a batch axis: export it with the shape [N, …]"
                            .formatted(input.getName()));
        }
        long[] shape = tensor.getShape();
        return new InputSpec(
                input.getName(), type(input.getName(), tensor), new Shape(Arrays.copyOfRange(shape, 1, shape.length)));
    }

    private static DataType type(String name, TensorInfo tensor) throws UnservableModelException {
        return switch (tensor.type) {
            case FLOAT -> DataType.FLOAT32;
            case DOUBLE -> DataType.FLOAT64;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case BOOL -> DataType.BOOLEAN;
            case STRING -> DataType.STRING;
            default ->
                throw new UnservableModelException(
                        "its input '%s' is of type %s, which is not served: export it with inputs of float32, float64, int32, int64, bool or string"
                                .formatted(name, tensor.type));
        };
    }
}
