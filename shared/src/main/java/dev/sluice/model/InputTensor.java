package dev.sluice.model;

import dev.sluice.tensor.Datatype;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of a signature. A value of an optional one may be missing or null; a missing number is NaN.
 *
 * @param declared the datatype that the signature declares
 * @param wire the datatype of the engine's input, which may be narrower; null if the worker has not published it
 * @param item shape of one item as the engine takes it; empty for a single value
 */
public record InputTensor(
        String name,
        InputRole role,
        Datatype declared,
        @Nullable Datatype wire,
        boolean required,
        List<Integer> item) {
    public InputTensor {
        item = List.copyOf(item);
    }

    /** A column that the engine takes as it is declared. */
    public static InputTensor column(String name, Datatype declared, boolean required) {
        return new InputTensor(name, InputRole.COLUMN, declared, null, required, List.of());
    }

    /** An encoded picture that the version scales to this size. */
    public static InputTensor picture(String name, int channels, int height, int width) {
        return new InputTensor(
                name, InputRole.PICTURE, Datatype.BYTES, Datatype.FP32, true, List.of(channels, height, width));
    }

    public InputTensor withWire(Datatype taken) {
        return new InputTensor(name, role, declared, taken, required, item);
    }

    /** The datatype that a value must also fit into, besides the declared one. */
    public Datatype target() {
        return wire == null ? declared : wire;
    }
}
