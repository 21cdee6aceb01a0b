package dev.sluice.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns in the binary-tensor form of the Open Inference Protocol v2: a line of JSON with name, type and shape of each tensor, then their
 * bytes, concatenated and little-endian; each text is a 4-byte length and UTF-8 bytes.
 */
public final class TensorCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TensorCodec() {}

    public static byte[] encode(List<Tensor> tensors) {
        ObjectNode header = JSON.createObjectNode();
        ArrayNode inputs = header.putArray("inputs");
        List<byte[]> bodies = new ArrayList<>(tensors.size());
        for (Tensor tensor : tensors) {
            byte[] body = bytesOf(tensor.values());
            bodies.add(body);
            ObjectNode input = inputs.addObject();
            input.put("name", tensor.name());
            input.put("datatype", tensor.values().datatype().name());
            input.putArray("shape").add(tensor.rows());
            input.putObject("parameters").put("binary_data_size", body.length);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(header.toString().getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        bodies.forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** @throws IllegalArgumentException when the bytes are not of that form */
    public static List<Tensor> decode(byte[] payload) {
        int headerLength = 0;
        while (headerLength < payload.length && payload[headerLength] != '\n') {
            headerLength++;
        }
        if (headerLength == payload.length) {
            throw new IllegalArgumentException("not a tensor payload: no header line");
        }
        try {
            ByteBuffer body = ByteBuffer.wrap(payload, headerLength + 1, payload.length - headerLength - 1)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN);
            List<Tensor> tensors = new ArrayList<>();
            for (JsonNode input : JSON.readTree(payload, 0, headerLength).path("inputs")) {
                int rows = input.path("shape").path(0).asInt(-1);
                int size = input.path("parameters").path("binary_data_size").asInt(-1);
                if (rows < 0 || size < 0 || size > body.remaining()) {
                    throw new IllegalArgumentException("not a tensor payload: a tensor's shape or size is wrong");
                }
                ByteBuffer bytes = body.slice(body.position(), size).order(ByteOrder.LITTLE_ENDIAN);
                body.position(body.position() + size);
                tensors.add(new Tensor(
                        input.path("name").asText(),
                        valuesOf(input.path("datatype").asText(), rows, bytes)));
            }
            return tensors;
        } catch (IOException | BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "not a tensor payload: its header cannot be read, or its bytes end too early", e);
        }
    }

    private static byte[] bytesOf(Values values) {
        return switch (values) {
            case Values.Fp32(float[] floats) -> {
                ByteBuffer bytes = littleEndian(4 * floats.length);
                bytes.asFloatBuffer().put(floats);
                yield bytes.array();
            }
            case Values.Fp64(double[] doubles) -> {
                ByteBuffer bytes = littleEndian(8 * doubles.length);
                bytes.asDoubleBuffer().put(doubles);
                yield bytes.array();
            }
            case Values.Int32(int[] ints) -> {
                ByteBuffer bytes = littleEndian(4 * ints.length);
                bytes.asIntBuffer().put(ints);
                yield bytes.array();
            }
            case Values.Int64(long[] longs) -> {
                ByteBuffer bytes = littleEndian(8 * longs.length);
                bytes.asLongBuffer().put(longs);
                yield bytes.array();
            }
            case Values.Bool(boolean[] booleans) -> {
                byte[] bytes = new byte[booleans.length];
                for (int i = 0; i < booleans.length; i++) {
                    bytes[i] = (byte) (booleans[i] ? 1 : 0);
                }
                yield bytes;
            }
            case Values.Text(String[] texts) -> textBytes(texts);
        };
    }

    private static byte[] textBytes(String[] texts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(littleEndian(4).putInt(0, utf8.length).array());
            out.writeBytes(utf8);
        }
        return out.toByteArray();
    }

    private static Values valuesOf(String datatype, int rows, ByteBuffer bytes) {
        requireRoom(datatype, rows, bytes);
        return switch (datatype) {
            case "FP32" -> {
                float[] floats = new float[rows];
                bytes.asFloatBuffer().get(floats);
                yield new Values.Fp32(floats);
            }
            case "FP64" -> {
                double[] doubles = new double[rows];
                bytes.asDoubleBuffer().get(doubles);
                yield new Values.Fp64(doubles);
            }
            case "INT32" -> {
                int[] ints = new int[rows];
                bytes.asIntBuffer().get(ints);
                yield new Values.Int32(ints);
            }
            case "INT64" -> {
                long[] longs = new long[rows];
                bytes.asLongBuffer().get(longs);
                yield new Values.Int64(longs);
            }
            case "BOOL" -> {
                boolean[] booleans = new boolean[rows];
                for (int i = 0; i < rows; i++) {
                    booleans[i] = bytes.get() != 0;
                }
                yield new Values.Bool(booleans);
            }
            case "BYTES" -> {
                String[] texts = new String[rows];
                for (int i = 0; i < rows; i++) {
                    int length = bytes.getInt();
                    if (length < 0 || length > bytes.remaining()) {
                        throw new IllegalArgumentException("not a tensor payload: a text's length is wrong");
                    }
                    byte[] utf8 = new byte[length];
                    bytes.get(utf8);
                    texts[i] = new String(utf8, StandardCharsets.UTF_8);
                }
                yield new Values.Text(texts);
            }
            default -> throw new IllegalArgumentException("not a tensor payload: datatype " + datatype);
        };
    }

    /** Checked before an array of the size in the header is allocated. */
    private static void requireRoom(String datatype, int rows, ByteBuffer bytes) {
        int least = switch (datatype) {
            case "FP64", "INT64" -> 8;
            case "BOOL" -> 1;
            default -> 4;
        };
        if ((long) rows * least > bytes.remaining()) {
            throw new IllegalArgumentException("not a tensor payload: fewer bytes than its shape says");
        }
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
