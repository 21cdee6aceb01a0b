package dev.sluice.picture;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A marker in a JPEG file and the content that belongs to it, found as libjpeg finds it: bytes that are not part of a marker are skipped
 * everywhere. A header reader must find the same segments as the decoder; otherwise a file could present a different size to each.
 *
 * @param marker its second byte
 * @param start position of the marker's first byte
 * @param content position of the content, after its length
 * @param length of the content; 0 for markers that have none
 */
public record JpegSegment(int marker, int start, int content, int length) {
    public static final int START_OF_IMAGE = 0xD8;
    public static final int END_OF_IMAGE = 0xD9;
    public static final int START_OF_SCAN = 0xDA;
    public static final int EXIF_OR_XMP = 0xE1;

    private static final int TEMPORARY = 0x01;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;

    /** The next segment at or after this position; empty if there is none, or its length is invalid. */
    public static Optional<JpegSegment> next(ByteBuffer jpeg, int from) {
        int end = jpeg.limit() - 1;
        for (int at = from; at < end; at++) {
            if (jpeg.get(at) == (byte) 0xFF) {
                int marker = jpeg.get(at + 1) & 0xFF;
                if (marker != 0 && marker != 0xFF) {
                    return of(jpeg, marker, at);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<JpegSegment> of(ByteBuffer jpeg, int marker, int start) {
        if (hasNoContent(marker)) {
            return Optional.of(new JpegSegment(marker, start, start + 2, 0));
        }
        if (start + 4 > jpeg.limit()) {
            return Optional.empty();
        }
        int length = ((jpeg.get(start + 2) & 0xFF) << 8) | (jpeg.get(start + 3) & 0xFF);
        return length < 2 ? Optional.empty() : Optional.of(new JpegSegment(marker, start, start + 4, length - 2));
    }

    /** Where the search for the next one begins. */
    public int end() {
        return content + length;
    }

    public boolean isRestart() {
        return marker >= FIRST_RESTART && marker <= LAST_RESTART;
    }

    /** Whether the segment contains size and kind of the picture. */
    public boolean isStartOfFrame() {
        boolean tableOrExtension = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
        return marker >= 0xC0 && marker <= 0xCF && !tableOrExtension;
    }

    private static boolean hasNoContent(int marker) {
        return marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= END_OF_IMAGE);
    }
}
