package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import dev.sluice.picture.TiffDirectory;
import java.nio.ByteBuffer;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * TIFF. OpenCV's libtiff unpacks it; what its samples mean is decided here, as Pillow does it, because OpenCV blends alpha onto black and
 * knows few kinds. JPEG, fax and YCbCr stay OpenCV's altogether.
 */
final class TiffDecoder {
    private final byte[] tiff;
    private final PictureHeader header;
    private final TiffDirectory directory;
    private final MatScope scope;

    private TiffDecoder(byte[] tiff, PictureHeader header, TiffDirectory directory, MatScope scope) {
        this.tiff = tiff;
        this.header = header;
        this.directory = directory;
        this.scope = scope;
    }

    /** Three or four channels, as stored: not turned. */
    static Mat decode(byte[] tiff, PictureHeader header, long maxPixels, MatScope scope)
            throws PictureRefusedException {
        TiffDirectory directory = TiffDirectory.read(ByteBuffer.wrap(tiff))
                .orElseThrow(() -> PictureRefusedException.broken(PictureFormat.TIFF));
        TiffStorage storage = TiffStorage.of(directory, header, maxPixels, tiff.length);
        TiffDecoder decoder = new TiffDecoder(tiff, header, directory, scope);
        return storage.isOpenCvs()
                ? OpenCvDecoder.colour(PictureFormat.TIFF, directory.upright(tiff), scope)
                : decoder.decode(storage, TiffSamples.of(directory));
    }

    private Mat decode(TiffStorage storage, TiffSamples samples) throws PictureRefusedException {
        int perPixel = samples.perPixel();
        int planes = storage.isPlanar() ? perPixel : 1;
        int inPlane = perPixel / planes;
        Mat[] unpacked = new Mat[planes];
        for (int plane = 0; plane < planes; plane++) {
            unpacked[plane] = unpacked(storage, plane, planes, inPlane * samples.bits());
        }
        TiffRow row = new TiffRow(directory.order(), header.width(), inPlane, samples, storage.differencesOver());
        int channels = samples.hasAlpha() ? 4 : 3;
        Mat picture = scope.keep(new Mat(header.height(), header.width(), CvType.CV_8UC(channels)));
        int[] values = new int[header.width() * perPixel];
        byte[] line = new byte[header.width() * channels];
        for (int y = 0; y < header.height(); y++) {
            for (int plane = 0; plane < planes; plane++) {
                row.read(unpacked[plane], y, values, plane, perPixel);
            }
            samples.colours(values, line);
            picture.put(y, 0, line);
        }
        return picture;
    }

    /** The bytes of all rows: read as a grey picture, which goes through no conversion. Of sixteen bits where that fits: only then does OpenCV report damage. */
    private Mat unpacked(TiffStorage storage, int plane, int planes, int bitsOfPixel) throws PictureRefusedException {
        byte[] grey = directory.appended(tiff, storage.asGrey(plane, planes, bitsOfPixel));
        Mat unpacked = OpenCvDecoder.unchanged(PictureFormat.TIFF, grey, scope);
        if (unpacked.channels() != 1 || unpacked.rows() != header.height()) {
            throw PictureRefusedException.broken(PictureFormat.TIFF);
        }
        return unpacked;
    }
}
