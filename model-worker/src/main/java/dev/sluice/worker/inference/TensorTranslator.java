package dev.sluice.worker.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.sluice.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/** A batch of plain arrays into the engine's tensors, and one of its outputs back. Used by one thread at a time. */
final class TensorTranslator implements NoBatchifyTranslator<List<EngineInput>, Scores> {
    private final Optional<String> output;
    /** Outside the heap, so that engines read it without a copy; used again for each batch. */
    private ByteBuffer floats = ByteBuffer.allocateDirect(0);

    /** @param output name of the output to read; the first when empty */
    TensorTranslator(Optional<String> output) {
        this.output = output;
    }

    @Override
    public NDList processInput(TranslatorContext context, List<EngineInput> inputs) {
        NDList list = new NDList(inputs.size());
        for (EngineInput input : inputs) {
            NDArray array = array(context.getNDManager(), input, inputs.size() == 1);
            if (!input.spec().name().isEmpty()) {
                array.setName(input.spec().name());
            }
            list.add(array);
        }
        return list;
    }

    /** @throws InferenceException when the output is missing or holds something else than numbers of items */
    @Override
    public Scores processOutput(TranslatorContext context, NDList outputs) throws InferenceException {
        NDArray chosen = chosen(outputs);
        Shape shape = chosen.getShape();
        DataType type = chosen.getDataType();
        if (shape.dimension() == 0 || (type != DataType.FLOAT32 && type != DataType.FLOAT64)) {
            throw new InferenceException(
                    "the model's output is %s of shape %s, and float32 or float64 with a batch dimension is read: convert it before export"
                            .formatted(type, shape));
        }
        boolean single = type == DataType.FLOAT32;
        double[] values = single ? widened(chosen.toFloatArray()) : chosen.toDoubleArray();
        return new Scores(values, Math.toIntExact(shape.get(0)), single);
    }

    private NDArray chosen(NDList outputs) throws InferenceException {
        for (NDArray candidate : outputs) {
            if (output.isEmpty() || output.get().equals(candidate.getName())) {
                return candidate;
            }
        }
        throw new InferenceException("the model answers without the output '%s': name one that it always computes"
                .formatted(output.orElse("0")));
    }

    private NDArray array(NDManager manager, EngineInput input, boolean alone) {
        Shape shape = input.spec().batch(input.items());
        return switch (input) {
            case EngineInput.Tensors tensors -> manager.create(filled(tensors, shape), shape, DataType.FLOAT32);
            case EngineInput.Columns columns -> array(manager, columns.values(), shape, alone);
        };
    }

    private NDArray array(NDManager manager, Tensor values, Shape shape, boolean alone) {
        ByteBuffer data = values.data();
        return switch (values.datatype()) {
            case FP32 ->
                manager.create(
                        alone ? direct(values.count()).put(data.asFloatBuffer()).flip() : data.asFloatBuffer(),
                        shape,
                        DataType.FLOAT32);
            case FP64 -> manager.create(data.asDoubleBuffer(), shape, DataType.FLOAT64);
            case INT32 -> manager.create(data.asIntBuffer(), shape, DataType.INT32);
            case INT64 -> manager.create(data.asLongBuffer(), shape, DataType.INT64);
            case BOOL -> manager.create(data, shape, DataType.BOOLEAN);
            case BYTES -> manager.create(values.texts(), shape);
        };
    }

    private FloatBuffer filled(EngineInput.Tensors input, Shape shape) {
        FloatBuffer target = direct(Math.toIntExact(shape.size()));
        input.tensors().forEach(tensor -> tensor.writeTo(target));
        return target.flip();
    }

    private FloatBuffer direct(int count) {
        int size = Math.multiplyExact(Float.BYTES, count);
        if (floats.capacity() < size) {
            floats = ByteBuffer.allocateDirect(size);
        }
        return floats.slice(0, size).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static double[] widened(float[] narrow) {
        double[] wide = new double[narrow.length];
        for (int i = 0; i < narrow.length; i++) {
            wide[i] = narrow[i];
        }
        return wide;
    }
}
