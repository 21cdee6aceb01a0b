package dev.sluice.worker.inference;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs an ONNX file that has other outputs than tensors, in place of DJL's own block: that one reads maps in the order of Java's
 * {@code HashMap} and closes neither maps nor sequences. Only the chosen output is computed; maps become a tensor in the order of the labels.
 */
final class OnnxMapBlock {
    private final OrtSession session;
    private final String output;
    private final MapKeys keys;

    private OnnxMapBlock(OrtSession session, String output, MapKeys keys) {
        this.session = session;
        this.output = output;
        this.keys = keys;
    }

    /** The model closes the session. */
    static void into(Model model, OrtSession session, ChosenOutput output) {
        String name = output.name().orElseThrow();
        OnnxMapBlock block = new OnnxMapBlock(session, name, new MapKeys(name, output.labels()));
        NDManager manager = model.getNDManager();
        manager.attachInternal(NDManager.nextUid(), session);
        model.setBlock(new LambdaBlock(block::run, "OnnxMapBlock"));
    }

    private NDList run(NDList inputs) {
        Map<String, OnnxTensor> tensors = HashMap.newHashMap(inputs.size());
        for (NDArray input : inputs) {
            tensors.put(input.getName(), ((OrtNDArray) input).getTensor());
        }
        try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
            NDArray array = read(inputs.getManager(), result.get(0));
            array.setName(output);
            return new NDList(array);
        } catch (OrtException e) {
            throw new EngineException(e.getMessage(), e);
        }
    }

    private NDArray read(NDManager manager, OnnxValue value) throws OrtException {
        return switch (value) {
            case OnnxSequence maps -> ofMaps(manager, maps);
            case OnnxTensor tensor -> ofTensor(manager, tensor);
            default -> throw new EngineException("output '%s' is neither a tensor nor a sequence".formatted(output));
        };
    }

    private NDArray ofMaps(NDManager manager, OnnxSequence sequence) throws OrtException {
        List<? extends OnnxValue> maps = sequence.getValue();
        try {
            int width = keys.count();
            FloatBuffer values = FloatBuffer.allocate(maps.size() * width);
            for (int item = 0; item < maps.size(); item++) {
                keys.put(((OnnxMap) maps.get(item)).getValue(), values, item * width);
            }
            return manager.create(values, new Shape(maps.size(), width), DataType.FLOAT32);
        } finally {
            maps.forEach(OnnxValue::close);
        }
    }

    private static NDArray ofTensor(NDManager manager, OnnxTensor tensor) {
        Shape shape = new Shape(tensor.getInfo().getShape());
        FloatBuffer single = tensor.getFloatBuffer();
        return single == null
                ? manager.create(tensor.getDoubleBuffer(), shape, DataType.FLOAT64)
                : manager.create(single, shape, DataType.FLOAT32);
    }
}
