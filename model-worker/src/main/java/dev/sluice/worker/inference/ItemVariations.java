package dev.sluice.worker.inference;

import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.Values;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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

        boolean changesText() {
            return this == ALL || this == ALL_AGAIN;
        }

        boolean changesWholeNumbers() {
            return this != FRACTIONS;
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
                            .map(input -> new Tensor(input.name(), changed(input.values(), extent, step)))
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

    private static Values changed(Values values, Extent extent, int step) {
        return switch (values) {
            case Values.Fp32(float[] numbers) -> {
                float[] changed = new float[numbers.length];
                for (int i = 0; i < changed.length; i++) {
                    changed[i] = (float) moved(numbers[i], i, step);
                }
                yield new Values.Fp32(changed);
            }
            case Values.Fp64(double[] numbers) -> {
                double[] changed = new double[numbers.length];
                for (int i = 0; i < changed.length; i++) {
                    changed[i] = moved(numbers[i], i, step);
                }
                yield new Values.Fp64(changed);
            }
            case Values.Int32(int[] numbers)
            when extent.changesWholeNumbers() ->
                new Values.Int32(
                        Arrays.stream(numbers).map(number -> number + step).toArray());
            case Values.Int64(long[] numbers)
            when extent.changesWholeNumbers() ->
                new Values.Int64(
                        Arrays.stream(numbers).map(number -> number + step).toArray());
            case Values.Bool(boolean[] flags)
            when extent.changesWholeNumbers() -> {
                boolean[] changed = flags.clone();
                for (int i = step % 2; i < changed.length; i += 2) {
                    changed[i] = !changed[i];
                }
                yield new Values.Bool(changed);
            }
            case Values.Text(String[] texts)
            when extent.changesText() ->
                new Values.Text(Arrays.stream(texts)
                        .map(text -> step == 1 ? text + " a" : "b " + text)
                        .toArray(String[]::new));
            case Values.Int32 _, Values.Int64 _, Values.Bool _, Values.Text _ -> values;
        };
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
