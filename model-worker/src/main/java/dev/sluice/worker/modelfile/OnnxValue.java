package dev.sluice.worker.modelfile;

/**
 * An input or output of an ONNX file, as the file declares it.
 *
 * @param kind of its value
 * @param elementType a tensor's, as {@code TensorProto.DataType} counts them; 0 for other kinds
 * @param rank a tensor's number of axes; -1 when the file does not say, or for other kinds
 */
record OnnxValue(String name, Kind kind, int elementType, int rank) {
    private static final String[] TYPES = {
        "of no type",
        "float32",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "float64",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16"
    };

    enum Kind {
        TENSOR,
        SEQUENCE,
        MAP,
        SPARSE_TENSOR,
        OPTIONAL,
        UNKNOWN
    }

    String type() {
        return elementType >= 0 && elementType < TYPES.length ? TYPES[elementType] : "of type " + elementType;
    }
}
