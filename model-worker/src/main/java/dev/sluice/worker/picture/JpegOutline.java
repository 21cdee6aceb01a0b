package dev.sluice.worker.picture;

import dev.sluice.picture.JpegSegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What libjpeg accepts in a JPEG file without an error: it fills missing pixels with grey, and goes over all pixels again for each scan.
 *
 * @param isEnded whether the end of image is there
 */
record JpegOutline(boolean isEnded, int scans, boolean isProgressive) {
    private static final int PROGRESSIVE = 0xC2;

    /** Walks segments and scans; what follows the end does not matter. */
    static JpegOutline of(byte[] jpeg) {
        ByteBuffer bytes = ByteBuffer.wrap(jpeg);
        int scans = 0;
        boolean progressive = false;
        Optional<JpegSegment> segment = JpegSegment.next(bytes, 2);
        while (segment.isPresent() && segment.get().marker() != JpegSegment.END_OF_IMAGE) {
            scans += segment.get().marker() == JpegSegment.START_OF_SCAN ? 1 : 0;
            progressive |= segment.get().marker() == PROGRESSIVE;
            segment = JpegSegment.next(bytes, segment.get().end());
        }
        return new JpegOutline(segment.isPresent(), scans, progressive);
    }
}
