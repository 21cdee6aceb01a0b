package dev.sluice.picture;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Formats of pictures that are not supported, so that a refusal can name them. The first match counts. */
public enum UnservedFormat {
    AVIF("AVIF", "(?s)^.{4}ftyp.{0,56}?avi[fs]"),
    HEIC("HEIC", "(?s)^.{4}ftyp.{0,56}?(?:hei[cxms]|hev[cxms]|mif1|msf1)"),
    JPEG_XL("JPEG XL", "^(?:\\xFF\\x0A|\\x00\\x00\\x00\\x0CJXL )"),
    JPEG_2000("JPEG 2000", "^(?:\\xFF\\x4F\\xFF\\x51|\\x00\\x00\\x00\\x0CjP  )"),
    PDF("PDF", "^%PDF-"),
    POSTSCRIPT("PostScript", "^(?:%!PS|\\xC5\\xD0\\xD3\\xC6)"),
    PHOTOSHOP("Photoshop", "^8BPS"),
    ICON("ICO", "^\\x00\\x00[\\x01\\x02]\\x00"),
    HTML("HTML", "(?i)^(?:\\xEF\\xBB\\xBF)?\\s*<(?:!doctype\\s+html|html)"),
    SVG("SVG", "(?is)^(?:\\xEF\\xBB\\xBF)?\\s*<.{0,1000}?svg[\\s>]");

    private static final int LOOKED_AT = 1024;

    private final String title;
    private final Pattern start;

    UnservedFormat(String title, String start) {
        this.title = title;
        this.start = Pattern.compile(start);
    }

    /** Its usual name. */
    public String title() {
        return title;
    }

    /** Empty if it is none of these formats. */
    public static Optional<UnservedFormat> of(byte[] picture) {
        String start = new String(picture, 0, Math.min(picture.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
        for (UnservedFormat format : values()) {
            if (format.start.matcher(start).find()) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The fault and remedy for bytes whose header {@link PictureHeader} cannot read. */
    public static String refusalOf(byte[] picture) {
        String instead = "send the picture as " + PictureFormat.titles();
        if (picture.length == 0) {
            return "the picture is empty: " + instead;
        }
        return of(picture)
                .map(format -> "%s pictures are not supported: %s".formatted(format.title, instead))
                .orElse("the bytes are not a picture in a supported format, or end within its header: " + instead
                        + ", with all of its bytes");
    }
}
