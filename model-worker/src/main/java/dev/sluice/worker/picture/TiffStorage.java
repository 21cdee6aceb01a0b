package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import dev.sluice.picture.TiffDirectory;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a TIFF file keeps its rows: in strips or tiles, one plane or several, compressed or not.
 */
record TiffStorage(
        PictureHeader header,
        int compression,
        int predictor,
        boolean isPlanar,
        int fillOrder,
        Tiling tiling,
        boolean isOpenCvs) {
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRY = 262;
    private static final int FILL_ORDER = 266;
    private static final int SAMPLES = 277;
    private static final int PLANAR = 284;
    private static final int PREDICTOR = 317;

    private static final Set<Integer> FAX = Set.of(2, 3, 4);
    private static final Set<Integer> JPEG = Set.of(6, 7);
    /** None, LZW, Deflate in two numbers, PackBits. */
    private static final Set<Integer> BYTEWISE = Set.of(1, 5, 8, 32946, 32773);

    private static final int YCBCR = 6;
    private static final int LAB = 8;
    private static final String INSTEAD = "save it uncompressed, or with LZW, Deflate, PackBits or JPEG compression";

    /**
     * The strips or tiles, those of the first plane first; a strip is as wide as the picture.
     *
     * @param widthTag 0 for strips, which have none
     */
    private record Tiling(
            int widthTag,
            int heightTag,
            int offsetsTag,
            int lengthsTag,
            long width,
            long height,
            long[] offsets,
            long[] lengths) {
        static Tiling of(TiffDirectory directory, PictureHeader header) {
            boolean tiled = directory.has(324);
            long height = number(directory, tiled ? 323 : 278, header.height());
            return new Tiling(
                    tiled ? 322 : 0,
                    tiled ? 323 : 278,
                    tiled ? 324 : 273,
                    tiled ? 325 : 279,
                    tiled ? number(directory, 322, 0) : header.width(),
                    tiled ? height : Math.min(height, header.height()),
                    numbers(directory, tiled ? 324 : 273),
                    numbers(directory, tiled ? 325 : 279));
        }

        boolean isTiled() {
            return widthTag != 0;
        }

        /** Of one plane. */
        long count(PictureHeader header) {
            return Math.ceilDiv((long) header.width(), width) * Math.ceilDiv((long) header.height(), height);
        }

        /** No larger than a picture may be, and each of them within the file. */
        boolean isSound(long maxPixels, int fileLength) {
            boolean sound = width > 0 && height > 0 && width <= maxPixels && height <= maxPixels / width;
            for (int i = 0; sound && i < Math.min(offsets.length, lengths.length); i++) {
                sound = offsets[i] >= 0 && lengths[i] >= 0 && offsets[i] <= fileLength - lengths[i];
            }
            return sound;
        }
    }

    static TiffStorage of(TiffDirectory directory, PictureHeader header, long maxPixels, int fileLength)
            throws PictureRefusedException {
        int compression = (int) number(directory, COMPRESSION, 1);
        int predictor = (int) number(directory, PREDICTOR, 1);
        int photometry = (int) number(directory, PHOTOMETRY, 0);
        boolean openCvs =
                FAX.contains(compression) || JPEG.contains(compression) || photometry == YCBCR || photometry == LAB;
        if (!openCvs && !BYTEWISE.contains(compression)) {
            throw PictureRefusedException.unsupported(PictureFormat.TIFF, "compression " + compression, INSTEAD);
        }
        if (!openCvs && predictor != 1 && predictor != 2) {
            throw PictureRefusedException.unsupported(PictureFormat.TIFF, "predictor " + predictor, INSTEAD);
        }
        Tiling tiling = Tiling.of(directory, header);
        if (!tiling.isSound(maxPixels, fileLength)) {
            throw PictureRefusedException.broken(PictureFormat.TIFF);
        }
        boolean planar = number(directory, PLANAR, 1) == 2;
        int fillOrder = (int) number(directory, FILL_ORDER, 1);
        return new TiffStorage(header, compression, predictor, planar, fillOrder, tiling, openCvs);
    }

    /** After how many pixels of a row samples are stored anew, not as their difference to the ones before; 1 when they never are. */
    int differencesOver() {
        return predictor == 2 ? (int) tiling.width : 1;
    }

    /** The directory of a grey picture whose pixels are the bytes of one plane, or pairs of them. */
    Map<Integer, long[]> asGrey(int plane, int planes, int bitsOfPixel) throws PictureRefusedException {
        long rowBytes = Math.ceilDiv(header.width() * (long) bitsOfPixel, Byte.SIZE);
        long tileBytes = Math.ceilDiv(tiling.width * bitsOfPixel, (long) Byte.SIZE);
        int unit = rowBytes % 2 == 0 && tileBytes % 2 == 0 ? 2 : 1;
        boolean regular = !tiling.isTiled() || tiling.width * bitsOfPixel % Byte.SIZE == 0;
        int count = (int) Math.min(tiling.count(header), Integer.MAX_VALUE);
        if (!regular
                || tiling.offsets.length < (long) count * planes
                || tiling.lengths.length < (long) count * planes) {
            throw PictureRefusedException.broken(PictureFormat.TIFF);
        }
        Map<Integer, long[]> grey = new TreeMap<>();
        grey.put(256, new long[] {rowBytes / unit});
        grey.put(257, new long[] {header.height()});
        grey.put(BITS, new long[] {(long) unit * Byte.SIZE});
        grey.put(COMPRESSION, new long[] {compression});
        grey.put(PHOTOMETRY, new long[] {1});
        grey.put(FILL_ORDER, new long[] {fillOrder});
        grey.put(SAMPLES, new long[] {1});
        grey.put(tiling.heightTag, new long[] {tiling.height});
        if (tiling.isTiled()) {
            grey.put(tiling.widthTag, new long[] {tileBytes / unit});
        }
        grey.put(tiling.offsetsTag, Arrays.copyOfRange(tiling.offsets, plane * count, (plane + 1) * count));
        grey.put(tiling.lengthsTag, Arrays.copyOfRange(tiling.lengths, plane * count, (plane + 1) * count));
        return grey;
    }

    private static long number(TiffDirectory directory, int tag, long otherwise) {
        return (long) directory.number(tag).orElse((double) otherwise);
    }

    private static long[] numbers(TiffDirectory directory, int tag) {
        return Arrays.stream(directory.numbers(tag))
                .mapToLong(number -> (long) number)
                .toArray();
    }
}
