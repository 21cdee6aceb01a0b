package dev.sluice.frontend.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with JSON is told in words for the client, never in those of the library that reads it. */
class StrictJsonTest {
    private static final long SEED = 20261129;
    private static final Pattern FORM = Pattern.compile(
            "(the body is not valid JSON( \\(line \\d+, column \\d+\\))?|the JSON \\(line \\d+, column \\d+\\) .+|the body is (empty|not text that can be read)): .+",
            Pattern.DOTALL);
    private static final Pattern INTERNAL = Pattern.compile(
            "Feature|Jackson|jackson|Stream|Constraints|Exception|getMax|[a-z]+\\(\\)|\\[Source|REDACTED|token|_[A-Z]|null");

    private final StrictJson json = new StrictJson(Parsing.LIMITS);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"a": 1, "a": 2}   | duplicate key 'a', send each key once
                    {"a": 1} trailing  | something follows its value, send one value
                    {"a": 1}{}         | something follows its value, send one value
                    {"a": 1            | it ends too early, close every text, array and object
                    "a                 | it ends too early, close every text, array and object
                    {'a': 1}           | unexpected character ''', write it as a JSON library does
                    {"a": 1,}          | unexpected character '}', write it as a JSON library does
                    {"a": 01}          | a number that JSON does not have, write it as a JSON library does
                    {"a": nan}         | unknown word, write text in double quotes
                    // a comment       | unexpected character '/', write it as a JSON library does
                    """)
    void syntaxErrorsNameThePlaceAndTheRemedy(String body, String fault) {
        InputRefusedException refusal = refusal(body.getBytes(StandardCharsets.UTF_8));
        assertEquals(Reason.MALFORMED, refusal.reason());
        assertTrue(refusal.detail().startsWith("the body is not valid JSON (line 1, column "), refusal.detail());
        assertTrue(refusal.detail().contains(fault), refusal.detail());
    }

    @Test
    void limitsNameWhatRaisesThem() {
        assertTrue(detail("[".repeat(17)).contains("is nested deeper than 16 levels: "));
        assertTrue(detail("1".repeat(401)).contains("has a number of more than 400 characters: send it rounded"));
        InputRefusedException tooMany = refusal(("[" + "1,".repeat(1_000_000) + "1]").getBytes(StandardCharsets.UTF_8));
        assertEquals(Reason.TOO_LARGE, tooMany.reason());
        assertTrue(tooMany.detail().contains(": send fewer rows, or raise --body-limit (1048576)"), tooMany.detail());
    }

    @Test
    void theNumberOfValuesFollowsTheBodyLimit() {
        StrictJson large = new StrictJson(new InputLimits(16 << 20, 1, 1, 1, Duration.ofSeconds(1)));
        byte[] body = ("[" + "0.5,".repeat(1_048_573) + "1]").getBytes(StandardCharsets.UTF_8);
        assertEquals(1_048_574, large.parse(body).size());
        byte[] more = ("[" + "0.5,".repeat(1_048_576) + "1]").getBytes(StandardCharsets.UTF_8);
        InputRefusedException tooMany = assertThrows(InputRefusedException.class, () -> large.parse(more));
        assertEquals(Reason.TOO_LARGE, tooMany.reason());
        assertTrue(tooMany.detail().contains("more than 1048576 names, values and brackets"), tooMany.detail());
    }

    @Test
    void aClientsNamesAreNotInterned() {
        String name = json.parse("{\"a name of one client\": 1}".getBytes(StandardCharsets.UTF_8))
                .fieldNames()
                .next();
        assertEquals("a name of one client", name);
        assertNotSame("a name of one client", name, "a literal is interned");
    }

    @Test
    void anEmptyBodyIsSaidToBeEmpty() {
        for (String empty : List.of("", "  \n")) {
            assertEquals(
                    Reason.EMPTY,
                    refusal(empty.getBytes(StandardCharsets.UTF_8)).reason());
        }
    }

    @Test
    void noMutationOfABodyBringsTheLibrarysWordsOut() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        byte[] good =
                "{\"dataframe_split\": {\"columns\": [\"a\", \"é\"], \"data\": [[1.5, -2e3], [NaN, null], [true, \"t\\u00e9\"]]}}"
                        .getBytes(StandardCharsets.UTF_8);
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] body = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                json.parse(body);
            } catch (InputRefusedException e) {
                refused.add(e.detail());
            }
        }
        assertTrue(refused.size() > 5_000, refused.size() + " of 20,000");
        for (String detail : refused) {
            assertTrue(FORM.matcher(detail).matches(), detail);
            String ours = detail.replaceAll("(?s)(duplicate key|unexpected character) '.*'", "");
            assertFalse(INTERNAL.matcher(ours).find(), detail);
        }
    }

    private String detail(String body) {
        return refusal(body.getBytes(StandardCharsets.UTF_8)).detail();
    }

    private InputRefusedException refusal(byte[] body) {
        return assertThrows(InputRefusedException.class, () -> json.parse(body));
    }
}
