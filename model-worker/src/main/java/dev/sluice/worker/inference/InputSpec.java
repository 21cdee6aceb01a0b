package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.tensor.Datatype;

/**
 * One input of a model as its engine takes it.
 *
 * @param name empty when the engine goes by position
 * @param item shape of one item: what follows the batch's dimension; a dynamic one is -1
 */
record InputSpec(String name, DataType type, Shape item) {

    Datatype datatype() {
        return switch (type) {
            case FLOAT32 -> Datatype.FP32;
            case FLOAT64 -> Datatype.FP64;
            case INT32 -> Datatype.INT32;
            case INT64 -> Datatype.INT64;
            case BOOLEAN -> Datatype.BOOL;
            case STRING -> Datatype.BYTES;
            default -> throw new IllegalStateException("no input of type " + type + " is served");
        };
    }

    /** The shape of a batch of this many items. */
    Shape batch(int items) {
        long[] dimensions = new long[item.dimension() + 1];
        dimensions[0] = items;
        System.arraycopy(item.getShape(), 0, dimensions, 1, item.dimension());
        return new Shape(dimensions);
    }
}
