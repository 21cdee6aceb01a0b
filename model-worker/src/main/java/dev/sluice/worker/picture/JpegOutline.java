package dev.sluice.worker.picture;

/**
 * What libjpeg does not mind about a JPEG file: it fills what is missing with grey, and goes over all pixels again for each scan.
 *
 * @param isWhole whether its end is there
 */
record JpegOutline(boolean isWhole, int scans) {
    private static final byte MARKER = (byte) 0xFF;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int START_OF_SCAN = 0xDA;

    /** Walks segments and scans; what follows the end does not matter. */
    static JpegOutline of(byte[] jpeg) {
        int scans = 0;
        int at = 2;
        while (at + 1 < jpeg.length) {
            if (jpeg[at] != MARKER) {
                at++;
                continue;
            }
            int marker = jpeg[at + 1] & 0xFF;
            if (marker == END_OF_IMAGE) {
                return new JpegOutline(true, scans);
            } else if (marker == 0xFF) {
                at++;
            } else if (marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= 0xD7)) {
                at += 2;
            } else if (at + 3 < jpeg.length) {
                scans += marker == START_OF_SCAN ? 1 : 0;
                at += 2 + (((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF));
            } else {
                break;
            }
        }
        return new JpegOutline(false, scans);
    }
}
