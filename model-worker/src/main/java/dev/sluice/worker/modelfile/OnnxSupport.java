package dev.sluice.worker.modelfile;

import java.util.Map;
import java.util.Set;

/** What the ONNX Runtime of this release takes. Its own test holds these numbers to those of the library. */
final class OnnxSupport {
    static final String RUNTIME = "1.21.1";
    static final int HIGHEST_IR = 10;
    static final Map<String, Integer> HIGHEST_OPSETS = Map.of("", 22, "ai.onnx.ml", 5);

    private static final Set<String> INPUT_TYPES = Set.of("float32", "float64", "int32", "int64", "bool", "string");
    private static final String LOWER =
            "export it with a lower opset (opset_version of torch.onnx.export, target_opset of skl2onnx, or onnx.version_converter)";

    private OnnxSupport() {}

    /** @throws ModelFileException naming what is too new or not served, and the way out */
    static void check(OnnxOutline outline) throws ModelFileException {
        if (outline.irVersion() < 1 || !outline.hasGraph()) {
            throw new ModelFileException(
                    "its ONNX file has no IR version or no graph: check it with onnx.checker.check_model and log it again");
        }
        if (outline.irVersion() > HIGHEST_IR) {
            throw new ModelFileException(
                    "its ONNX file has the IR version %d, ONNX Runtime %s takes at most %d: %s, or lower its ir_version to %d before you log it"
                            .formatted(outline.irVersion(), RUNTIME, HIGHEST_IR, LOWER, HIGHEST_IR));
        }
        for (Map.Entry<String, Long> opset : outline.opsets().entrySet()) {
            Integer highest = HIGHEST_OPSETS.get(opset.getKey());
            if (highest != null && opset.getValue() > highest) {
                String domain = opset.getKey().isEmpty() ? "ai.onnx" : opset.getKey();
                throw new ModelFileException("its ONNX file uses opset %d of %s, ONNX Runtime %s takes at most %d: %s"
                        .formatted(opset.getValue(), domain, RUNTIME, highest, LOWER));
            }
        }
        for (OnnxValue input : outline.inputs()) {
            check(input);
        }
    }

    private static void check(OnnxValue input) throws ModelFileException {
        String name = VersionFolder.printable(input.name());
        if (input.kind() != OnnxValue.Kind.TENSOR) {
            throw new ModelFileException(
                    "its input '%s' is no tensor, which is not served: export it with tensors as inputs"
                            .formatted(name));
        }
        if (input.type().equals("float16") || input.type().equals("bfloat16")) {
            throw new ModelFileException(
                    "its input '%s' is %s, which is not served: convert its weights alone and leave its inputs float32 (keep_io_types=True)"
                            .formatted(name, input.type()));
        }
        if (!INPUT_TYPES.contains(input.type())) {
            throw new ModelFileException(
                    "its input '%s' is %s, which is not served: export it with inputs of float32, float64, int32, int64, bool or string"
                            .formatted(name, input.type()));
        }
        if (input.rank() < 1) {
            throw new ModelFileException(
                    "its input '%s' has no batch axis: export it with the shape [N, …]".formatted(name));
        }
    }
}
