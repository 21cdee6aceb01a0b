package dev.sluice.worker.picture;

import dev.sluice.picture.TiffDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/** EXIF and XMP in a PNG file: in a chunk of its own, or in one of three kinds of text, of which two may be compressed. */
final class PngText {
    private static final int EXIF = 0x65584966;
    private static final int PLAIN = 0x74455874;
    private static final int COMPRESSED = 0x7A545874;
    private static final int INTERNATIONAL = 0x69545874;
    private static final String EXIF_KEYWORD = "Raw profile type exif";
    private static final String XMP_KEYWORD = "XML:com.adobe.xmp";

    /** Longer texts are not read: a few bytes could become gigabytes. */
    private static final int MOST_BYTES = 1 << 20;

    private PngText() {}

    /** A chunk of EXIF goes before a text. */
    static PictureMetadata metadataOf(byte[] png) {
        Optional<TiffDirectory> exif = Optional.empty();
        Optional<TiffDirectory> profile = Optional.empty();
        Optional<String> xmp = Optional.empty();
        for (Chunk chunk : Chunk.ofPng(png)) {
            switch (chunk.name()) {
                case EXIF -> exif = PictureMetadata.exif(chunk.contentOf(png));
                case PLAIN, COMPRESSED, INTERNATIONAL -> {
                    String keyword = keyword(png, chunk);
                    if (keyword.equals(EXIF_KEYWORD)) {
                        profile = text(png, chunk).flatMap(PngText::rawProfile);
                    } else if (keyword.equals(XMP_KEYWORD)) {
                        xmp = text(png, chunk);
                    }
                }
                default -> {}
            }
        }
        return new PictureMetadata(exif.isPresent() ? exif : profile, xmp);
    }

    private static String keyword(byte[] png, Chunk chunk) {
        int end = zero(png, chunk, chunk.content());
        return new String(png, chunk.content(), end - chunk.content(), StandardCharsets.ISO_8859_1);
    }

    /** What follows the keyword; empty when it is broken or too long. */
    private static Optional<String> text(byte[] png, Chunk chunk) {
        int at = zero(png, chunk, chunk.content()) + 1;
        int end = chunk.content() + chunk.length();
        boolean packed = chunk.name() == COMPRESSED;
        if (chunk.name() == INTERNATIONAL) {
            packed = at < end && png[at] != 0;
            // Behind the two bytes about compression: language and keyword in that language.
            at = zero(png, chunk, zero(png, chunk, at + 2) + 1) + 1;
        } else if (packed) {
            at++;
        }
        if (at > end) {
            return Optional.empty();
        }
        return packed
                ? inflated(png, at, end - at)
                : Optional.of(new String(png, at, end - at, StandardCharsets.ISO_8859_1));
    }

    private static Optional<String> inflated(byte[] png, int at, int length) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(png, at, length))) {
            byte[] text = in.readNBytes(MOST_BYTES + 1);
            return text.length > MOST_BYTES
                    ? Optional.empty()
                    : Optional.of(new String(text, StandardCharsets.ISO_8859_1));
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    /** Three lines of heading, then hexadecimal digits. */
    private static Optional<TiffDirectory> rawProfile(String text) {
        String[] lines = text.split("\n", 4);
        try {
            return lines.length < 4
                    ? Optional.empty()
                    : PictureMetadata.exif(HexFormat.of().parseHex(lines[3].replaceAll("\\s", "")));
        } catch (IllegalArgumentException notHexadecimal) {
            return Optional.empty();
        }
    }

    /** Where the next zero stands, or the chunk ends. */
    private static int zero(byte[] png, Chunk chunk, int from) {
        int at = from;
        while (at < chunk.content() + chunk.length() && png[at] != 0) {
            at++;
        }
        return at;
    }
}
