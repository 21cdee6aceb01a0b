package dev.sluice.worker.inference;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One output of an ONNX file, as the file declares it. */
sealed interface OnnxOutput {
    String name();

    /** Type and shape, for people. */
    String description();

    /**
     * Items along the first dimension.
     *
     * @param shape a dimension that the file leaves open is -1
     */
    record OfTensor(String name, OnnxJavaType type, List<Long> shape) implements OnnxOutput {
        public OfTensor {
            shape = List.copyOf(shape);
        }

        /** Numbers of one item; -1 when the file leaves that open. */
        long width() {
            return shape.stream().skip(1).anyMatch(dimension -> dimension < 0)
                    ? -1
                    : shape.stream().skip(1).reduce(1L, (width, dimension) -> width * dimension);
        }

        @Override
        public String description() {
            return shape.stream()
                    .map(dimension -> dimension < 0 ? "?" : Long.toString(dimension))
                    .collect(Collectors.joining(", ", typeName(type) + " [", "]"));
        }
    }

    /** A map from class to number for each item: what skl2onnx calls ZipMap. */
    record OfMaps(String name, OnnxJavaType key, OnnxJavaType value) implements OnnxOutput {
        @Override
        public String description() {
            return "a map from %s to %s for each item".formatted(typeName(key), typeName(value));
        }
    }

    /** What is never read. */
    record Other(String name, String description) implements OnnxOutput {}

    static OnnxOutput of(NodeInfo node) {
        String name = node.getName();
        return switch (node.getInfo()) {
            case TensorInfo tensor ->
                new OfTensor(
                        name,
                        tensor.type,
                        Arrays.stream(tensor.getShape()).boxed().toList());
            case SequenceInfo sequence
            when sequence.isSequenceOfMaps() -> new OfMaps(name, sequence.mapInfo.keyType, sequence.mapInfo.valueType);
            case SequenceInfo _ -> new Other(name, "a sequence");
            case MapInfo _ -> new Other(name, "a map");
            default -> new Other(name, "neither a tensor nor a sequence");
        };
    }

    private static String typeName(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }
}
