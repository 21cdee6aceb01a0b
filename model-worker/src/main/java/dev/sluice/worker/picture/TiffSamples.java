package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.TiffDirectory;
import java.util.Arrays;

/**
 * What the samples of a TIFF file's pixels mean, as Pillow takes them.
 *
 * @param perPixel samples, with those that are ignored
 * @param form 1: unsigned, 2: signed, 3: floating point
 * @param palette all reds, all greens, all blues; empty without one
 */
record TiffSamples(Photometry photometry, int bits, int perPixel, int form, Alpha alpha, byte[] palette) {
    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int FLOAT = 3;
    private static final int MOST_SAMPLES = 6;
    private static final String INSTEAD = "save it as 8-bit grey, RGB or RGBA";

    private enum Photometry {
        WHITE_IS_ZERO(1),
        BLACK_IS_ZERO(1),
        RGB(3),
        PALETTE(1),
        CMYK(4);

        private final int samples;

        Photometry(int samples) {
            this.samples = samples;
        }

        static Photometry of(int number) throws PictureRefusedException {
            return switch (number) {
                case 0 -> WHITE_IS_ZERO;
                case 1 -> BLACK_IS_ZERO;
                case 2 -> RGB;
                case 3 -> PALETTE;
                case 5 -> CMYK;
                default ->
                    throw PictureRefusedException.unsupported(
                            PictureFormat.TIFF, "photometric interpretation " + number, INSTEAD);
            };
        }
    }

    private enum Alpha {
        NONE,
        /** Colours are scaled by it. */
        ASSOCIATED,
        UNASSOCIATED
    }

    static TiffSamples of(TiffDirectory directory) throws PictureRefusedException {
        Photometry photometry = Photometry.of((int) directory.number(262).orElse(0));
        double[] depths = directory.numbers(258);
        int bits = depths.length == 0 ? 1 : (int) depths[0];
        int perPixel = (int) directory.number(277).orElse(Math.max(1, depths.length));
        double[] forms = directory.numbers(339);
        int form = forms.length == 0 ? UNSIGNED : (int) forms[0];
        if (perPixel < photometry.samples || perPixel > MOST_SAMPLES) {
            throw PictureRefusedException.unsupported(PictureFormat.TIFF, perPixel + " samples per pixel", INSTEAD);
        }
        if (!isDecoded(bits, form)
                || (photometry == Photometry.PALETTE && bits > Byte.SIZE)
                || !same(depths)
                || !same(forms)) {
            throw PictureRefusedException.unsupported(
                    PictureFormat.TIFF, "samples of %d bits in format %d".formatted(bits, form), INSTEAD);
        }
        Alpha alpha = alpha(directory, perPixel - photometry.samples);
        return new TiffSamples(photometry, bits, perPixel, form, alpha, palette(directory, photometry));
    }

    private static boolean isDecoded(int bits, int form) {
        return switch (bits) {
            case 1, 2, 4, 12 -> form == UNSIGNED;
            case 8, 16 -> form == UNSIGNED || form == SIGNED;
            case 32 -> form == UNSIGNED || form == SIGNED || form == FLOAT;
            default -> false;
        };
    }

    private static boolean same(double[] numbers) {
        return Arrays.stream(numbers).distinct().count() <= 1;
    }

    private static Alpha alpha(TiffDirectory directory, int extra) {
        double[] kinds = directory.numbers(338);
        if (extra == 0) {
            return Alpha.NONE;
        }
        // Some writers leave out what the fourth sample is; CorelDRAW has a number of its own for alpha.
        return switch (kinds.length == 0 ? 2 : (int) kinds[0]) {
            case 1 -> Alpha.ASSOCIATED;
            case 2, 999 -> Alpha.UNASSOCIATED;
            default -> Alpha.NONE;
        };
    }

    private static byte[] palette(TiffDirectory directory, Photometry photometry) {
        double[] colours = photometry == Photometry.PALETTE ? directory.numbers(320) : new double[0];
        byte[] palette = new byte[colours.length];
        for (int i = 0; i < colours.length; i++) {
            palette[i] = (byte) ((int) colours[i] >> 8);
        }
        return palette;
    }

    boolean hasAlpha() {
        return alpha != Alpha.NONE;
    }

    /** A row of samples becomes blue, green, red, and alpha when there is one. */
    void colours(int[] samples, byte[] line) {
        int channels = hasAlpha() ? 4 : 3;
        int[] rgb = new int[3];
        for (int from = 0, to = 0; to < line.length; from += perPixel, to += channels) {
            colour(samples, from, rgb);
            if (hasAlpha()) {
                int opacity = level(samples[from + photometry.samples]);
                if (alpha == Alpha.ASSOCIATED) {
                    divide(rgb, opacity);
                }
                line[to + 3] = (byte) opacity;
            }
            line[to] = (byte) rgb[2];
            line[to + 1] = (byte) rgb[1];
            line[to + 2] = (byte) rgb[0];
        }
    }

    private void colour(int[] samples, int from, int[] rgb) {
        switch (photometry) {
            case WHITE_IS_ZERO ->
                Arrays.fill(rgb, bits > Byte.SIZE ? level(samples[from]) : 255 - level(samples[from]));
            case BLACK_IS_ZERO -> Arrays.fill(rgb, level(samples[from]));
            case RGB -> {
                for (int i = 0; i < 3; i++) {
                    rgb[i] = level(samples[from + i]);
                }
            }
            case PALETTE -> {
                int entries = palette.length / 3;
                for (int i = 0; i < 3; i++) {
                    rgb[i] = samples[from] < entries ? palette[i * entries + samples[from]] & 0xFF : 0;
                }
            }
            case CMYK -> {
                int light = 255 - level(samples[from + 3]);
                for (int i = 0; i < 3; i++) {
                    rgb[i] = Math.max(0, light - scaled(level(samples[from + i]), light));
                }
            }
        }
    }

    /** Eight bits of it: the upper ones of more, all of them spread over the range when there are fewer. */
    private int level(int sample) {
        if (form == FLOAT) {
            return (int) Math.clamp(Float.intBitsToFloat(sample), 0, 255);
        }
        return bits > Byte.SIZE ? (sample >>> Byte.SIZE) & 0xFF : sample * 255 / ((1 << bits) - 1);
    }

    private static void divide(int[] rgb, int opacity) {
        for (int i = 0; i < 3; i++) {
            rgb[i] = opacity == 0 ? 0 : Math.min(255, rgb[i] * 255 / opacity);
        }
    }

    /** The product of two levels, rounded, as a level. */
    private static int scaled(int level, int by) {
        int product = level * by + 128;
        return ((product >> 8) + product) >> 8;
    }
}
