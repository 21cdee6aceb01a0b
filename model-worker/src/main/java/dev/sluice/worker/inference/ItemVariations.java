package dev.sluice.worker.inference;

import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Items that differ from an example and from each other, so that whatever an answer takes from its neighbours shows. They are made up: a
 * model may well fail on one, and the later ones change less.
 */
final class ItemVariations {
    private ItemVariations() {}

    /** Which columns one variation changes. */
    private enum Extent {
        ALL(1),
        ALL_AGAIN(2),
        NUMBERS(3),
        FRACTIONS(4);

        private final int step;

        Extent(int step) {
            this.step = step;
        }

        boolean changes(Datatype.Kind kind) {
            return switch (kind) {
                case REAL -> true;
                case WHOLE, BOOLEAN -> this != FRACTIONS;
                case TEXT -> this == ALL || this == ALL_AGAIN;
            };
        }
    }

    /** @param example one item */
    static List<PreparedItems> of(PreparedItems example, List<InputSpec> inputs) {
        List<PreparedItems> variations = new ArrayList<>();
        PreparedItems.Part part = example.parts().getFirst();
        for (Extent extent : Extent.values()) {
            int step = extent.step;
            switch (part) {
                case PreparedItems.BoundRows rows -> {
                    List<Tensor> changed = rows.inputs().stream()
                            .map(input -> changed(input, extent, step))
                            .toList();
                    variations.add(PreparedItems.rows(1, changed));
                }
                case PreparedItems.Picture picture -> {
                    int size = Math.toIntExact(inputs.getFirst().item().size());
                    variations.add(PreparedItems.of(List.of(
                            new PreparedItems.Picture(target -> target.put(turned(numbers(picture, size), step))))));
                }
                case PreparedItems.Failed _ -> {}
            }
        }
        return variations;
    }

    private static Tensor changed(Tensor values, Extent extent, int step) {
        if (!extent.changes(values.datatype().kind())) {
            return values;
        }
        TensorBuilder changed = new TensorBuilder(values.name(), values.datatype(), values.shape());
        for (int i = 0; i < values.count(); i++) {
            switch (values.datatype().kind()) {
                case REAL -> changed.putReal(i, moved(values.real(i), i, step));
                case WHOLE -> changed.putWhole(i, values.whole(i) + step);
                case BOOLEAN -> changed.putWhole(i, i % 2 == step % 2 ? 1 - values.whole(i) : values.whole(i));
                case TEXT -> changed.putText(i, step == 1 ? values.text(i) + " a" : "b " + values.text(i));
            }
        }
        return changed.build();
    }

    /** Neighbouring columns move by different amounts, upwards and downwards in turn. */
    private static double moved(double number, int column, int step) {
        double amount = step * ((column + step) % 2 == 0 ? 0.25 : -0.125) * (1 + column % 3);
        return Double.isFinite(number) ? number + amount * Math.max(1, Math.abs(number)) : amount;
    }

    private static float[] numbers(PreparedItems.Picture picture, int size) {
        FloatBuffer numbers = FloatBuffer.allocate(size);
        picture.tensor().writeTo(numbers);
        return numbers.array();
    }

    /** Shifted and dimmed; of a blank picture a ramp. */
    private static float[] turned(float[] numbers, int step) {
        float[] turned = new float[numbers.length];
        for (int i = 0; i < turned.length; i++) {
            float ramp = (float) ((i + (long) step * 7) % 97) / 97;
            turned[i] = numbers[(int) ((i + (long) numbers.length * step / 5) % numbers.length)] * 0.75f + 0.25f * ramp;
        }
        return turned;
    }
}
