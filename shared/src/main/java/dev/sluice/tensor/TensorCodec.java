package dev.sluice.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        int bytes = 0;
        for (Tensor tensor : tensors) {
            int size = tensor.data().remaining();
            ObjectNode input = inputs.addObject();
            input.put("name", tensor.name());
            input.put("datatype", tensor.datatype().name());
            input.putArray("shape").add(tensor.rows());
            input.putObject("parameters").put("binary_data_size", size);
            bytes = Math.addExact(bytes, size);
        }
        byte[] line = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(Math.addExact(line.length + 1, bytes));
        payload.put(line).put((byte) '\n');
        tensors.forEach(tensor -> payload.put(tensor.data()));
        return payload.array();
    }

    /**
     * The tensors are views of the payload, whose position and limit remain.
     *
     * @throws IllegalArgumentException when the bytes are not of that form
     */
    public static List<Tensor> decode(ByteBuffer payload) {
        ByteBuffer body = payload.slice();
        byte[] header = new byte[headerLength(body)];
        body.get(header).get();
        try {
            List<Tensor> tensors = new ArrayList<>();
            for (JsonNode input : JSON.readTree(header).path("inputs")) {
                tensors.add(next(input, body));
            }
            return tensors;
        } catch (IOException e) {
            throw new IllegalArgumentException("not a tensor payload: its header cannot be read", e);
        }
    }

    private static int headerLength(ByteBuffer payload) {
        for (int at = 0; at < payload.limit(); at++) {
            if (payload.get(at) == '\n') {
                return at;
            }
        }
        throw invalid("no header line");
    }

    private static Tensor next(JsonNode input, ByteBuffer body) {
        int rows = input.path("shape").path(0).asInt(-1);
        int size = input.path("parameters").path("binary_data_size").asInt(-1);
        if (rows < 0 || size < 0 || size > body.remaining()) {
            throw invalid("a tensor's shape or size is wrong");
        }
        String datatype = input.path("datatype").asText();
        ByteBuffer data = body.slice(body.position(), size);
        body.position(body.position() + size);
        try {
            return new Tensor(input.path("name").asText(), Datatype.ofName(datatype), new int[] {rows}, data);
        } catch (IllegalArgumentException e) {
            throw invalid("tensor of " + datatype + ": " + e.getMessage());
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("not a tensor payload: " + why);
    }
}
