package dev.sluice.picture;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Formats that people send as pictures and that are not decoded here, so that a refusal can name them. */
public enum UnservedFormat {
    AVIF("AVIF", start -> brands(start).contains("avi")),
    HEIC("HEIC", start -> isHeif(brands(start))),
    JPEG_XL("JPEG XL", start -> start.startsWith("\u00FF\n") || start.startsWith("\0\0\0\fJXL \r\n")),
    JPEG_2000(
            "JPEG 2000", start -> start.startsWith("\0\0\0\fjP  \r\n") || start.startsWith("\u00FF\u004F\u00FF\u0051")),
    PDF("PDF", start -> start.startsWith("%PDF-")),
    POSTSCRIPT("PostScript", start -> start.startsWith("%!PS") || start.startsWith("\u00C5\u00D0\u00D3\u00C6")),
    PHOTOSHOP("Photoshop", start -> start.startsWith("8BPS")),
    ICON("ICO", start -> start.startsWith("\0\0\1\0") || start.startsWith("\0\0\2\0")),
    SVG("SVG", start -> isMarkup(start) && start.toLowerCase(Locale.ROOT).contains("<svg")),
    HTML("HTML", start -> isMarkup(start) && start.toLowerCase(Locale.ROOT).contains("<html"));

    private static final int LOOKED_AT = 1024;
    private static final Pattern HEIF_BRANDS = Pattern.compile("hei|hev|mif1|msf1");

    private final String title;
    private final Predicate<String> recognized;

    UnservedFormat(String title, Predicate<String> recognized) {
        this.title = title;
        this.recognized = recognized;
    }

    /** Its usual name. */
    public String title() {
        return title;
    }

    /** Empty when it is none of these. */
    public static Optional<UnservedFormat> of(byte[] picture) {
        String start = new String(picture, 0, Math.min(picture.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
        for (UnservedFormat format : values()) {
            if (format.recognized.test(start)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** Why these bytes, whose header {@link PictureHeader} cannot read, are refused, and what to send instead. */
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

    private static boolean isHeif(String brands) {
        return HEIF_BRANDS.matcher(brands).find();
    }

    /** What the first box of a file of the ISO base media format lists; empty for any other file. */
    private static String brands(String start) {
        if (!start.startsWith("ftyp", 4)) {
            return "";
        }
        int length = start.charAt(2) << 8 | start.charAt(3);
        return start.substring(8, Math.clamp(length, 8, start.length()));
    }

    private static boolean isMarkup(String start) {
        return start.replace("\u00EF\u00BB\u00BF", "").stripLeading().startsWith("<");
    }
}
