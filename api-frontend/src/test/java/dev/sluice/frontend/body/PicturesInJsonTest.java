package dev.sluice.frontend.body;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures in JSON, in base64 as programs write it. */
class PicturesInJsonTest {
    private static final StrictJson JSON = new StrictJson(Parsing.LIMITS);

    @Test
    void everyWayOfWritingBase64MeansTheSameBytes() {
        Random random = new Random(1);
        List<UnaryOperator<String>> ways = List.of(
                text -> text,
                text -> text.replace("=", ""),
                text -> text.replace('+', '-').replace('/', '_'),
                text -> text.replace('+', '-').replace('/', '_').replace("=", ""),
                text -> text.replaceAll("(.{7})", "$1\\\\r\\\\n"),
                text -> " " + text + "\\n",
                text -> "data:image/png;base64," + text,
                text -> "DATA:IMAGE/PNG;BASE64," + text,
                text -> "data:;base64,\\n" + text,
                text -> "Data:image/jpeg;charset=utf-8;base64," + text.replaceAll("(.{76})", "$1\\\\n"));
        for (int length = 1; length < 100; length++) {
            byte[] picture = new byte[length];
            random.nextBytes(picture);
            for (UnaryOperator<String> way : ways) {
                String text = way.apply(Base64.getEncoder().encodeToString(picture));
                assertArrayEquals(
                        picture, read("{\"b64\": \"%s\"}".formatted(text)).getFirst(), text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "iVBO*Rw0, 'is not base64, character 4 is ''*'': send the picture in base64'",
        "iV=BORw0, 'is not base64, character 3 is ''B'': send the picture in base64'",
        "iVBOR, is cut off within its base64: send the whole picture",
        "'data:image/png,iVBO', 'is a data URL without '';base64,'': send data:image/png;base64, and the picture in base64'",
        "'data:image/png', 'is a data URL without '';base64,'': send data:image/png;base64, and the picture in base64'"
    })
    void whatIsNotBase64IsRefusedInWords(String text, String fault) {
        assertEquals(
                fault, refusal("[\"%s\"]".formatted(text)).faults().getFirst().detail());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\": [\"iVBO\"], \"more\": 1}",
                "{\"b64\": \"iVBO\", \"more\": 1}",
                "{\"instances\": [{\"image\": \"iVBO\", \"b64\": \"iVBO\"}]}",
                "[{\"b64\": \"iVBO\", \"name\": \"x.png\"}]"
            })
    void extraKeysBesidePicturesAreRefusedAsBesideRows(String json) {
        InputRefusedException refusal = refusal(json);
        assertEquals(Reason.INVALID_PICTURES, refusal.reason());
        String said = refusal.faults().isEmpty()
                ? refusal.detail()
                : refusal.faults().getFirst().detail();
        assertTrue(said.contains("keys beside"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"sepal_length\": 1}", "[1, 2]", "{\"instances\": [[1]]}", "17"})
    void aBodyOfAnotherFormIsRefusedWithTheFormsThatAreTaken(String json) {
        InputRefusedException refusal = refusal(json);
        assertTrue(refusal.detail().endsWith(": " + BodyForms.PICTURES), refusal.detail());
    }

    @Test
    void tooManyPicturesAreRefusedBeforeAnyIsDecoded() {
        for (String json : List.of("[\"*\",\"*\",\"*\",\"*\"]", "{\"instances\": [1, 2, 3, 4]}")) {
            InputRefusedException refusal = refusal(json);
            assertEquals(Reason.TOO_LARGE, refusal.reason());
            assertTrue(refusal.detail().startsWith("4 pictures are more than the limit of 3"), refusal.detail());
        }
    }

    @Test
    void aTextThatIsNotBase64CostsNoStackTrace() {
        for (String text : List.of("*", "iVBOR", "data:,x")) {
            var fault = assertThrows(Base64Text.NotBase64Exception.class, () -> Base64Text.decode(text));
            assertEquals(0, fault.getStackTrace().length);
        }
    }

    private static List<byte[]> read(String json) {
        return PicturesBody.read(
                JSON.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)), Parsing.LIMITS.pictures());
    }

    private static InputRefusedException refusal(String json) {
        return assertThrows(InputRefusedException.class, () -> read(json));
    }
}
