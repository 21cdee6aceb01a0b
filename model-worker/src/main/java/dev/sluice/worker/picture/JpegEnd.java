package dev.sluice.worker.picture;

/** Whether a JPEG file is whole: libjpeg fills what is missing with grey and calls that a warning. */
final class JpegEnd {
    private static final int END_OF_IMAGE = 0xD9;

    private JpegEnd() {}

    /** Walks segments and scans; what follows the end does not matter. */
    static boolean isThere(byte[] jpeg) {
        int at = 2;
        while (at + 1 < jpeg.length) {
            int marker = jpeg[at + 1] & 0xFF;
            if ((jpeg[at] & 0xFF) != 0xFF) {
                at++;
            } else if (marker == END_OF_IMAGE) {
                return true;
            } else if (marker == 0xFF) {
                at++;
            } else if (marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= 0xD7)) {
                at += 2;
            } else if (at + 3 < jpeg.length) {
                at += 2 + (((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF));
            } else {
                return false;
            }
        }
        return false;
    }
}
