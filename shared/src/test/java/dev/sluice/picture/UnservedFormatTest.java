package dev.sluice.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnservedFormatTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HEIC       | \\0\\0\\0\\x18ftypheic\\0\\0\\0\\0mif1heic",
                "HEIC       | \\0\\0\\0\\x18ftypmif1\\0\\0\\0\\0mif1heic",
                "AVIF       | \\0\\0\\0\\x1Cftypavif\\0\\0\\0\\0avifmif1miaf",
                "AVIF       | \\0\\0\\0\\x1Cftypmif1\\0\\0\\0\\0mif1avifmiaf",
                "JPEG XL    | \\xFF\\x0A\\xFA",
                "JPEG XL    | \\0\\0\\0\\x0CJXL \\x0D\\x0A",
                "JPEG 2000  | \\0\\0\\0\\x0CjP  \\x0D\\x0A",
                "PDF        | %PDF-1.7",
                "PostScript | %!PS-Adobe-3.0",
                "Photoshop  | 8BPS\\0\\x01",
                "ICO        | \\0\\0\\x01\\0\\x01\\0",
                "SVG        | <svg xmlns='http://www.w3.org/2000/svg'>",
                "SVG        | <?xml version='1.0'?><!-- drawn --><svg >",
                "SVG        | \\xEF\\xBB\\xBF <svg>",
                "HTML       | <!DOCTYPE html><svg>",
                "HTML       | <html>"
            })
    void aFormatThatIsNotServedIsNamedWithWhatToSendInstead(String title, String start) {
        byte[] picture = bytes(start);
        assertTrue(PictureHeader.read(picture).isEmpty());
        assertEquals(
                title + " pictures are not supported: send the picture as JPEG, PNG, GIF, WebP, BMP or TIFF",
                UnservedFormat.refusalOf(picture));
    }

    @Test
    void anythingElseIsRefusedWithWhatToSendInstead() {
        assertEquals(
                "the picture is empty: send the picture as JPEG, PNG, GIF, WebP, BMP or TIFF",
                UnservedFormat.refusalOf(new byte[0]));
        assertEquals(
                "the bytes are not a picture in a supported format, or end within its header: send the picture as JPEG, PNG, GIF,"
                        + " WebP, BMP or TIFF, with all of its bytes",
                UnservedFormat.refusalOf("anything else".getBytes(StandardCharsets.US_ASCII)));
    }

    /** With \0 and \xNN for bytes that are no letters. */
    private static byte[] bytes(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                plain.append(text.charAt(i));
            } else if (text.charAt(i + 1) == '0') {
                plain.append('\0');
                i++;
            } else {
                plain.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            }
        }
        return plain.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
