package dev.sluice.worker.models;

import java.util.List;

/** An ONNX model of a few nodes, in the numbers of onnx.proto. The batch is each tensor's first dimension. */
public final class OnnxGraph {
    public static final int FLOAT = 1;
    public static final int INT32 = 6;
    public static final int INT64 = 7;
    public static final int STRING = 8;
    public static final int BOOL = 9;
    public static final int FLOAT16 = 10;
    public static final int DOUBLE = 11;

    private static final int IR_VERSION = 6;
    /** Axes are still attributes. */
    private static final int OPSET = 11;

    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    private final Proto graph = new Proto().text(2, "graph");
    private final Proto model = new Proto();

    public OnnxGraph input(String name, int type, int... item) {
        graph.message(11, value(name, type, item));
        return this;
    }

    /** An input of floats that takes one item and no more. */
    OnnxGraph inputOfOneItem(String name, int width) {
        Proto shape = new Proto().message(1, new Proto().number(1, 1)).message(1, new Proto().number(1, width));
        Proto tensor = new Proto().number(1, FLOAT).message(2, shape);
        graph.message(11, new Proto().text(1, name).message(2, new Proto().message(1, tensor)));
        return this;
    }

    public OnnxGraph output(String name, int... item) {
        return output(name, FLOAT, item);
    }

    OnnxGraph output(String name, int type, int[] item) {
        graph.message(12, value(name, type, item));
        return this;
    }

    OnnxGraph scalarOutput(String name) {
        Proto tensor = new Proto().number(1, FLOAT).message(2, new Proto());
        graph.message(12, new Proto().text(1, name).message(2, new Proto().message(1, tensor)));
        return this;
    }

    public OnnxGraph node(String operator, List<String> inputs, String output, Proto... attributes) {
        Proto node = new Proto();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        for (Proto attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
        return this;
    }

    /** Any other field of the graph. */
    public OnnxGraph part(int field, Proto message) {
        graph.message(field, message);
        return this;
    }

    /** Any other field of the model. */
    public OnnxGraph modelPart(int field, Proto message) {
        model.message(field, message);
        return this;
    }

    /** As a message, to stand in another graph. */
    public Proto graph() {
        return graph;
    }

    public static Proto attribute(String name, int value) {
        return new Proto().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
    }

    public static Proto attribute(String name, int[] values) {
        Proto attribute = new Proto().text(1, name);
        for (int value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, ATTRIBUTE_INTS);
    }

    public byte[] bytes() {
        return model.number(1, IR_VERSION)
                .message(8, new Proto().text(1, "").number(2, OPSET))
                .message(7, graph)
                .bytes();
    }

    private static Proto value(String name, int type, int... item) {
        Proto shape = new Proto().message(1, new Proto().text(2, "batch"));
        for (int dimension : item) {
            shape.message(1, dimension < 0 ? new Proto().text(2, "any") : new Proto().number(1, dimension));
        }
        Proto tensor = new Proto().number(1, type).message(2, shape);
        return new Proto().text(1, name).message(2, new Proto().message(1, tensor));
    }
}
