package dev.sluice.worker.picture;

import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PictureHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/** WebP, by OpenCV; of an animation, which it does not decode, the first frame on a clear canvas. */
final class WebpDecoder {
    private static final int EXTENDED = 0x56503858;
    private static final int FRAME = 0x414E4D46;
    private static final int ALPHA = 0x414C5048;
    private static final int LOSSY = 0x56503820;
    private static final int LOSSLESS = 0x5650384C;
    private static final int HAS_ALPHA = 0x10;
    private static final int IS_ANIMATED = 0x02;
    private static final int FRAME_HEADER = 16;
    private static final int RIFF_HEADER = 12;
    private static final int EXTENDED_LENGTH = 18;

    private WebpDecoder() {}

    /** Three or four channels. */
    static Mat decode(byte[] webp, PictureHeader header, MatScope scope) throws PictureRefusedException {
        List<Chunk> chunks = Chunk.ofWebp(webp);
        Optional<Chunk> extended = chunks.stream()
                .filter(chunk -> chunk.name() == EXTENDED && chunk.length() >= 10)
                .findFirst();
        int flags = extended.map(chunk -> (int) webp[chunk.content()]).orElse(HAS_ALPHA);
        Mat decoded = (flags & IS_ANIMATED) == 0
                ? OpenCvDecoder.unchanged(PictureFormat.WEBP, webp, scope)
                : firstFrame(webp, chunks, header, scope);
        return (flags & HAS_ALPHA) == 0 ? withoutAlpha(decoded, scope) : decoded;
    }

    private static Mat firstFrame(byte[] webp, List<Chunk> chunks, PictureHeader canvas, MatScope scope)
            throws PictureRefusedException {
        Chunk frame = chunks.stream()
                .filter(chunk -> chunk.name() == FRAME && chunk.length() >= FRAME_HEADER)
                .findFirst()
                .orElseThrow(() -> PictureRefusedException.broken(PictureFormat.WEBP));
        ByteBuffer head =
                ByteBuffer.wrap(webp, frame.content(), FRAME_HEADER).slice().order(ByteOrder.LITTLE_ENDIAN);
        int left = 2 * (head.getInt(0) & 0xFFFFFF);
        int top = 2 * (head.getInt(2) >>> 8);
        byte[] still = still(webp, frame);
        PictureHeader size = PictureHeader.read(still)
                .filter(found -> left + found.width() <= canvas.width() && top + found.height() <= canvas.height())
                .orElseThrow(() -> PictureRefusedException.broken(PictureFormat.WEBP));
        Mat whole = scope.keep(new Mat(canvas.height(), canvas.width(), CvType.CV_8UC4, new Scalar(0, 0, 0, 0)));
        Mat decoded = withAlpha(OpenCvDecoder.unchanged(PictureFormat.WEBP, still, scope), scope);
        Mat place = scope.keep(whole.submat(new Rect(left, top, size.width(), size.height())));
        if (decoded.cols() != size.width() || decoded.rows() != size.height()) {
            throw PictureRefusedException.broken(PictureFormat.WEBP);
        }
        decoded.copyTo(place);
        return whole;
    }

    /** A file of its own out of a frame's chunks: its pixels, before them its alpha. */
    private static byte[] still(byte[] webp, Chunk frame) throws PictureRefusedException {
        List<Chunk> inside = Chunk.ofRiff(webp, frame.content() + FRAME_HEADER, frame.content() + frame.length());
        Chunk pixels = inside.stream()
                .filter(chunk -> chunk.name() == LOSSY || chunk.name() == LOSSLESS)
                .findFirst()
                .orElseThrow(() -> PictureRefusedException.broken(PictureFormat.WEBP));
        Optional<Chunk> alpha = inside.stream()
                .filter(chunk -> chunk.name() == ALPHA && pixels.name() == LOSSY)
                .findFirst();
        int alphaLength = alpha.map(chunk -> chunk.end() - chunk.start()).orElse(0);
        int pixelsLength = pixels.end() - pixels.start();
        int length = RIFF_HEADER + (alpha.isPresent() ? EXTENDED_LENGTH + alphaLength : 0) + pixelsLength;
        ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x46464952).putInt(length - 8).putInt(0x50424557);
        if (alpha.isPresent()) {
            // The size of the frame, three bytes each, stands in the frame's header as it does here.
            file.putInt(0x58385056).putInt(10).putInt(HAS_ALPHA).put(webp, frame.content() + 6, 6);
            file.put(webp, alpha.get().start(), alphaLength);
        }
        return file.put(webp, pixels.start(), pixelsLength).array();
    }

    private static Mat withAlpha(Mat decoded, MatScope scope) {
        return converted(decoded, 3, Imgproc.COLOR_BGR2BGRA, scope);
    }

    private static Mat withoutAlpha(Mat decoded, MatScope scope) {
        return converted(decoded, 4, Imgproc.COLOR_BGRA2BGR, scope);
    }

    private static Mat converted(Mat decoded, int channels, int code, MatScope scope) {
        if (decoded.channels() != channels) {
            return decoded;
        }
        Mat converted = scope.keep(new Mat());
        Imgproc.cvtColor(decoded, converted, code);
        return converted;
    }
}
