package dev.sluice.picture;

import java.util.Arrays;
import java.util.List;

/** The supported picture formats. */
public enum PictureFormat {
    JPEG("JPEG", "image/jpeg"),
    PNG("PNG", "image/png"),
    GIF("GIF", "image/gif"),
    WEBP("WebP", "image/webp"),
    BMP("BMP", "image/bmp"),
    TIFF("TIFF", "image/tiff");

    private final String title;
    private final String mediaType;

    PictureFormat(String title, String mediaType) {
        this.title = title;
        this.mediaType = mediaType;
    }

    /** All formats as text, for use in a sentence. */
    public static String titles() {
        List<String> titles = Arrays.stream(values()).map(PictureFormat::title).toList();
        return String.join(", ", titles.subList(0, titles.size() - 1)) + " or " + titles.getLast();
    }

    /** Its usual name. */
    public String title() {
        return title;
    }

    public String mediaType() {
        return mediaType;
    }
}
