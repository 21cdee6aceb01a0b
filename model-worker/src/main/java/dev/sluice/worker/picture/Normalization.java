package dev.sluice.worker.picture;

import java.util.Arrays;

/** Maps each of the 256 levels of red, green and blue to (level / 255 − mean) / deviation. */
public final class Normalization {
    /** Maps levels to the range 0 to 1. */
    public static final Normalization NONE = new Normalization(new float[] {0, 0, 0, 1, 1, 1});

    private static final int LEVELS = 256;

    private final float[][] levels = new float[3][LEVELS];

    private Normalization(float[] numbers) {
        for (int channel = 0; channel < 3; channel++) {
            for (int level = 0; level < LEVELS; level++) {
                levels[channel][level] = (level / 255f - numbers[channel]) / numbers[3 + channel];
            }
        }
    }

    /**
     * Three means and three deviations, comma separated.
     *
     * @throws IllegalArgumentException when it is not six numbers, or a deviation is 0
     */
    public static Normalization parse(String text) {
        String[] parts = text.split(",");
        float[] numbers = new float[6];
        if (parts.length != numbers.length) {
            throw new IllegalArgumentException(
                    "the normalization '%s' has not six numbers: write three means and three deviations, comma separated"
                            .formatted(text));
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(parts[i].strip());
        }
        if (Arrays.stream(new int[] {3, 4, 5}).anyMatch(i -> numbers[i] == 0)) {
            throw new IllegalArgumentException(
                    "the normalization '%s' has a deviation of 0: use deviations other than 0".formatted(text));
        }
        return new Normalization(numbers);
    }

    float[] levels(int channel) {
        return levels[channel];
    }
}
