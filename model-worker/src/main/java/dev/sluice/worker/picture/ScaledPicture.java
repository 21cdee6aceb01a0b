package dev.sluice.worker.picture;

import java.nio.FloatBuffer;

/** A picture in a model's size, a byte for each level; it becomes numbers four times as large only within the batch's own tensor. */
public final class ScaledPicture {
    private static final int CHANNELS = 3;

    private final byte[] bgr;
    private final int width;
    private final Normalization normalization;

    /** @param bgr three interleaved channels, blue first, row after row */
    ScaledPicture(byte[] bgr, int width, Normalization normalization) {
        this.bgr = bgr;
        this.width = width;
        this.normalization = normalization;
    }

    /** Channels × height × width, red first, normalized; moves the buffer's position on. */
    public void writeTo(FloatBuffer chw) {
        float[] line = new float[width];
        for (int channel = 0; channel < CHANNELS; channel++) {
            float[] levels = normalization.levels(channel);
            for (int from = CHANNELS - 1 - channel; from < bgr.length; from += CHANNELS * width) {
                for (int x = 0; x < width; x++) {
                    line[x] = levels[bgr[from + CHANNELS * x] & 0xFF];
                }
                chw.put(line);
            }
        }
    }
}
