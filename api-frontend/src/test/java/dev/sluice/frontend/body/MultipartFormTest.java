package dev.sluice.frontend.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.http.RequestMutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms as browsers, scripts and old libraries send them are read; what is no form is refused in words of its own. */
class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=XyZ";
    private static final int MOST_PICTURES = 32;
    private static final String END = "--XyZ--\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=XyZ",
                "Multipart/Form-Data; Boundary=XyZ",
                "multipart/form-data;boundary=\"XyZ\"",
                "multipart/form-data; charset=utf-8; boundary=XyZ",
                "multipart/form-data; boundary=XyZ; charset=UTF8;",
                "multipart/form-data; charset=binary; BOUNDARY = XyZ",
            })
    void theBoundaryIsFoundHoweverItIsWritten(String contentType) {
        assertEquals(List.of("content"), files(contentType, file("a.jpg", "content") + END));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a.jpg\";",
                "content-disposition: Form-Data; Name=image; FileName=a.jpg",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a;b\\\".jpg\"",
                "Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%c3%a4.jpg",
                "Content-Disposition: form-data;\r\n name=\"image\";\r\n\tfilename=\"a.jpg\"",
                "Content-Disposition: form-data; filename=\"a.jpg\"",
                "Content-Disposition: form-data; name=\"image\"\r\nContent-Type: image/jpeg",
                "Content-Disposition: form-data; name=\"image\"\r\nContent-Type: application/octet-stream",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\nContent-Type: image/jpeg; charset=binary",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\nContent-Type: image/jpeg; charset=klingon",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\nContent-Transfer-Encoding: binary",
                "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\nX-Long: " + LONG,
            })
    void aFileIsKnownByItsNameOrItsType(String headers) {
        assertEquals(List.of("content"), files(TYPE, "--XyZ\r\n" + headers + "\r\n\r\ncontent\r\n" + END));
    }

    private static final String LONG =
            "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    @Test
    void aPictureWithoutNameOrTypeIsKnownByItsFirstBytes() {
        String picture = "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0\0\0\u0008\0\0\0\u0004\u0008\u0002\0\0\0";
        String form = "--XyZ\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n" + picture + "\r\n" + END;
        assertEquals(List.of(picture), files(TYPE, form));
    }

    @Test
    void anUnselectedFileInputIsSkipped() {
        assertEquals(List.of("content"), files(TYPE, unselected() + file("a.jpg", "content") + unselected() + END));
        assertEquals(List.of(), files(TYPE, unselected() + END));
        assertEquals(List.of(""), files(TYPE, file("empty.jpg", "") + END), "this one was chosen, and is empty");
    }

    @Test
    void aTextFieldOfAnySizeIsSkipped() {
        String field = "--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" + "x".repeat(1 << 20) + "\r\n";
        assertEquals(List.of("content"), files(TYPE, field + file("a.jpg", "content") + field + END));
    }

    @Test
    void headersOfAPartMayBeLong() {
        String name = "n".repeat(4_000);
        assertEquals(List.of("content"), files(TYPE, file(name, "content") + END));
    }

    @Test
    void whatStandsBeforeAndBehindTheFormIsSkipped() {
        assertEquals(
                List.of("content"),
                files(TYPE, "a preamble\r\n--XyZz\r\n" + file("a.jpg", "content") + END + "an epilogue\r\n--XyZ\r\n"));
        assertEquals(List.of(), files(TYPE, END));
        assertEquals(List.of(), files(TYPE, "--XyZ--"));
    }

    @Test
    void linesMayAllEndWithLineFeedsAlone() {
        assertEquals(
                List.of("con\r\ntent\r"),
                files(
                        TYPE,
                        (file("a.jpg", "con\r@tent\r") + END)
                                .replace("\r\n", "\n")
                                .replace("@", "\n")));
    }

    @Test
    void aContentMayHoldWhatLooksLikeABoundary() {
        for (String content : List.of("\n--XyZ\n", "\r\n--XyZz", "\r\n--XyZ-", "\r\n-XyZ--", "\r\n\r\n", "\r", "--")) {
            assertEquals(List.of(content), files(TYPE, file("a.jpg", content) + END), content);
        }
    }

    @Test
    void blanksMayStandBehindABoundary() {
        assertEquals(
                List.of("content"), files(TYPE, (file("a.jpg", "content") + END).replace("--XyZ\r\n", "--XyZ \t\r\n")));
    }

    @Test
    void aPartInBase64IsDecoded() {
        String headers =
                "Content-Disposition: form-data; name=\"a\"; filename=\"a\"\r\nContent-Transfer-Encoding: Base64";
        assertEquals(List.of("content"), files(TYPE, "--XyZ\r\n" + headers + "\r\n\r\nY29u\r\ndGVudA==\r\n" + END));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quoted-printable", "base64", "x-unknown"})
    void aTextFieldOfAnyCodingIsSkipped(String coding) {
        String field = "--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Transfer-Encoding: " + coding
                + "\r\n\r\n*=E4*\r\n";
        assertEquals(List.of("content"), files(TYPE, field + file("a.jpg", "content") + END));
    }

    @Test
    void asManyPartsAreReadAsPicturesMayBeSent() {
        byte[] body = bytes(file("a", "x").repeat(564) + END);
        assertEquals(
                564,
                MultipartForm.files(HeaderParameters.parse(TYPE), body, 500).size());
        byte[] more = bytes(file("a", "x").repeat(565) + END);
        assertThrows(InputRefusedException.class, () -> MultipartForm.files(HeaderParameters.parse(TYPE), more, 500));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    multipart/form-data                    | without a boundary
                    multipart/form-data; boundary=         | the boundary in Content-Type has 0 characters
                    multipart/form-data; boundary=""       | the boundary in Content-Type has 0 characters
                    multipart/form-data; boundary=other    | does not occur in the body
                    multipart/form-data; boundary=XyZ; charset=klingon | the charset in Content-Type is unknown
                    multipart/form-data; boundary=XyZ; charset=" "     | the charset in Content-Type is unknown
                    """)
    void aContentTypeThatDoesNotFitIsRefused(String contentType, String fault) {
        assertRefused(fault, contentType, file("a.jpg", "content") + END);
    }

    @Test
    void aFormThatIsNoneIsRefused() {
        assertRefused(
                "another Content-Disposition than form-data",
                TYPE,
                file("a.jpg", "x").replace("form-data", "attachment") + END);
        assertRefused("part 1 has no Content-Disposition", TYPE, "--XyZ\r\nX: y\r\n\r\nx\r\n" + END);
        assertRefused("has no colon", TYPE, "--XyZ\r\nno header\r\n\r\nx\r\n" + END);
        assertRefused(
                "Content-Transfer-Encoding of part 1",
                TYPE,
                file("a.jpg", "x").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
                        + END);
        assertRefused(
                "is base64, and is not",
                TYPE,
                file("a.jpg", "x").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n") + END);
        assertRefused("ends within part 1", TYPE, file("a.jpg", "content"));
        assertRefused("ends within part 1", TYPE, "--XyZ\r\nContent-Disposition: form-data");
        assertRefused("ends within part 1", TYPE, "--XyZ\r\n");
        assertRefused(
                "more than 256 parts: send fewer, or raise --max-pictures (32)",
                TYPE,
                IntStream.range(0, 257).mapToObj(_ -> file("a", "x")).collect(Collectors.joining()) + END);
        assertRefused("more than 8192 bytes", TYPE, file("n".repeat(9_000), "x") + END);
    }

    @Test
    void noMutationOfAFormFailsOtherwise() {
        RequestMutations mutations = new RequestMutations(ChaosForm.seed());
        List<byte[]> good = List.of(
                bytes(file("a.jpg", "content") + unselected() + file("b.jpg", "more") + END),
                bytes(("--XyZ\nContent-Disposition: form-data; name=\"a\"\n\ntext\n" + file("a.jpg", "c") + END)));
        int read = 0;
        int count = ChaosForm.count(20_000, 1_000_000);
        for (int i = 0; i < count; i++) {
            byte[] mutated = mutations.of(good);
            try {
                MultipartForm.files(HeaderParameters.parse(TYPE), mutated, MOST_PICTURES);
                read++;
            } catch (InputRefusedException refused) {
                assertTrue(refused.detail().contains(": "), refused.detail());
            }
        }
        System.out.printf(
                "%d mutated forms (%s): %d read, %d refused%n", count, ChaosForm.describe(), read, count - read);
        assertTrue(read > count / 10 && read < count, "it bit");
    }

    private static String file(String name, String content) {
        return "--XyZ\r\nContent-Disposition: form-data; name=\"image\"; filename=\"" + name + "\"\r\n\r\n" + content
                + "\r\n";
    }

    /** As browsers send it. */
    private static String unselected() {
        return "--XyZ\r\nContent-Disposition: form-data; name=\"other\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n";
    }

    private static List<String> files(String contentType, String body) {
        return MultipartForm.files(HeaderParameters.parse(contentType), bytes(body), MOST_PICTURES).stream()
                .map(content -> new String(content, StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static void assertRefused(String fault, String contentType, String body) {
        InputRefusedException refused = assertThrows(InputRefusedException.class, () -> files(contentType, body));
        assertEquals(InputRefusedException.Reason.MALFORMED, refused.reason());
        assertTrue(refused.detail().contains(fault), refused.detail());
        assertTrue(refused.detail().contains(": "), "the fault and the remedy: " + refused.detail());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
