package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.redis.RealRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every wrong input has its status, a problem body, and reaches no worker. */
class RefusedInputTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String MIXED = "/v1/models/mixed/predict";
    private static final int BODY_LIMIT = 200_000;

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker mixed;
    private static PlainWorker imagenet;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis);
        mixed = PlainWorker.serving(
                redis, SampleDeployments.MIXED, SampleDeployments.rows(SampleDeployments.mixedSignature(), 10_000));
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures());
        frontend = RunningFrontend.on(redis, settings -> {
            settings.bodyLimit = BODY_LIMIT;
            settings.maxRows = 500;
            settings.maxPictures = 3;
            settings.maxPixels = 1_000_000;
            settings.bodyTimeout = Duration.ofMillis(300);
        });
        frontend.awaitDeployment("iris");
        frontend.awaitDeployment("mixed");
        frontend.awaitDeployment("imagenet");
    }

    @AfterAll
    static void noneOfItReachedAWorker() {
        assertTrue(!iris.finds(100) && !mixed.finds(100) && !imagenet.finds(100));
        frontend.close();
        List.of(iris, mixed, imagenet).forEach(PlainWorker::close);
        redis.close();
    }

    @Test
    void everyFaultIsNamedByRowAndColumn() {
        Answer answer = frontend.caller().postJson(ROWS, """
                        [{"sepal_length": "5.1", "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2},
                         {"sepal_length": 5.1, "sepal_width": null, "petal_length": 1.4, "petal_width": 0.2},
                         {"sepal_length": 5.1, "petal_length": NaN, "petal_width": 1e999, "colour": "red"},
                         17]""");

        assertEquals(422, answer.status());
        assertEquals("invalid-rows", answer.problem());
        assertEquals(7, answer.json().getInteger("error_count"));
        assertEquals(
                List.of(
                        "0 sepal_length: must be a number, not text",
                        "1 sepal_width: is null, but the model needs a value",
                        "2 colour: is not a column of the model: leave it out",
                        "2 sepal_width: is missing",
                        "2 petal_length: is NaN, which means missing, but the model needs a value: send a finite number",
                        "2 petal_width: must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused",
                        "3 null: is a number: send a row as a JSON object"),
                faults(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rooms   | 2147483648  | is out of range: the column takes whole numbers from -2147483648 to 2147483647
                    id      | true        | must be a whole number, not a boolean
                    urban   | 1           | must be true or false, not a number
                    urban   | null        | is null, but the model needs a value
                    purpose | 5           | must be text, not a number
                    purpose | {}          | must be text, not an object
                    rate    | -Infinity   | must be a finite number: Infinity and numbers beyond 1.7976931348623157E308 are refused
                    price   | []          | must be a number, not an array
                    """)
    void eachTypeSaysWhatItTakes(String column, String value, String fault) {
        String row = mixedRow().replaceFirst("(\"" + column + "\":) *[^,}]+", "$1" + value);
        Answer answer = frontend.caller().postJson(MIXED, row);

        assertEquals(422, answer.status(), row);
        assertEquals(List.of("0 " + column + ": " + fault), faults(answer));
    }

    @Test
    void ofManyFaultsAHundredAreShownAndAllAreCounted() {
        String row = "{\"sepal_length\": \"x\"}";
        String rows = IntStream.range(0, 200).mapToObj(_ -> row).collect(Collectors.joining(",", "[", "]"));
        Answer answer = frontend.caller().postJson(ROWS, rows);

        assertEquals(100, answer.errors().size());
        assertEquals(800, answer.json().getInteger("error_count"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sepal_length\": 1, \"sepal_length\": 2}",
                "{\"sepal_length\": 1} trailing",
                "{\"sepal_length\": 1}{}",
                "{\"sepal_length\": 01}",
                "{'sepal_length': 1}",
                "[1, 2",
                "{\"sepal_length\": 1,}"
            })
    void whatIsNotStrictJsonIsRefused(String body) {
        assertRefused(400, "malformed-body", frontend.caller().postJson(ROWS, body));
    }

    @Test
    void jsonOfAnyDepthIsRefusedWithoutBeingBuilt() {
        for (String opening : List.of("[", "{\"sepal_length\":", "[{\"a\":")) {
            for (String path : List.of(ROWS, "/predict")) {
                assertRefused(400, "malformed-body", frontend.caller().postJson(path, opening.repeat(10_000)));
                String whole = opening.repeat(10_000) + "1"
                        + new StringBuilder(opening.replaceAll("[^\\[{]", "").repeat(10_000))
                                .reverse()
                                .toString()
                                .replace('[', ']')
                                .replace('{', '}');
                assertRefused(400, "malformed-body", frontend.caller().postJson(path, whole));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e400", "-1e400"})
    void whatNoDoubleHoldsIsNamedByRowAndColumnInEveryForm(String number) {
        String records = "[%s, %s]".formatted(IRIS_ROW, IRIS_ROW.replace("1.4", number));
        String cells = "[[1, 2, 3, 4], [1, 2, %s, 4]]".formatted(number);
        for (String body : List.of(
                records,
                "{\"instances\": %s}".formatted(records),
                "{\"dataframe_records\": %s}".formatted(records),
                "{\"instances\": %s}".formatted(cells),
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\", \"sepal_width\", \"petal_length\", \"petal_width\"], \"data\": %s}}"
                        .formatted(cells))) {
            Answer answer = frontend.caller().postJson(ROWS, body);
            assertRefused(422, "invalid-rows", answer);
            assertEquals(1, answer.json().getInteger("error_count"), answer.text());
            assertTrue(faults(answer).getFirst().startsWith("1 petal_length: "), answer.text());
        }
    }

    @Test
    void aNumberOfAThousandDigitsIsRefused() {
        assertRefused(
                400, "malformed-body", frontend.caller().postJson(ROWS, IRIS_ROW.replace("1.4", "1".repeat(1_000))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"instances\": []}",
                "5",
                "null",
                "\"text\"",
                "{\"instances\": 5}",
                "{\"instances\": [], \"more\": 1}",
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\", \"sepal_length\"], \"data\": [[1, 2]]}}",
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\"]}}",
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\"], \"data\": [[1]], \"more\": 1}}",
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\"], \"data\": [[1]], \"index\": {}}}",
                "{\"dataframe_split\": {\"columns\": [\"sepal_length\"], \"data\": [[1, 2]]}}",
                "{\"instances\": [[1, 2]]}"
            })
    void whatHasNotTheShapeOfRowsIsRefused(String body) {
        assertRefused(422, "invalid-rows", frontend.caller().postJson(ROWS, body));
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertRefused(400, "empty-body", frontend.caller().postJson(ROWS, ""));
        assertRefused(400, "empty-body", frontend.caller().postJson(ROWS, "   "));
        assertRefused(400, "empty-body", frontend.caller().post("/predict", "image/png", new byte[0]));
    }

    @Test
    void aWrongContentTypeIsRefusedAndTheRightOneNamed() {
        byte[] row = IRIS_ROW.getBytes(StandardCharsets.UTF_8);
        for (String type : List.of("", "text/plain", "application/x-www-form-urlencoded", "image/png")) {
            Answer answer = frontend.caller().post(ROWS, type, row);
            assertRefused(415, "wrong-content-type", answer);
            assertTrue(answer.json().getString("detail").contains("application/json"));
        }
        assertRefused(
                415,
                "wrong-content-type",
                frontend.caller().post(ROWS, new Multipart().file("image", "a.png", SamplePictures.png(8, 8))));
        assertRefused(415, "wrong-content-type", frontend.caller().post("/predict", "text/plain", row));
        assertRefused(
                415, "wrong-content-type", frontend.caller().postJson(ROWS, IRIS_ROW, "Content-Encoding", "gzip"));
    }

    @Test
    void aRowForAPictureModelIsRefusedWithASentence() {
        assertRefused(422, "invalid-pictures", frontend.caller().postJson("/predict", IRIS_ROW));
    }

    @Test
    void aPictureThatIsNoneOrTooLargeIsNamedByItsPlace() {
        Answer answer = frontend.caller()
                .post(
                        "/predict",
                        new Multipart()
                                .file("a", "a.png", SamplePictures.png(8, 8))
                                .file("b", "b.txt", "not a picture".getBytes(StandardCharsets.UTF_8))
                                .file("c", "c.png", SamplePictures.pngThatClaims(50_000, 50_000)));
        assertRefused(422, "invalid-pictures", answer);
        assertEquals(1, answer.errors().getJsonObject(0).getInteger("picture"));
        assertEquals(2, answer.errors().getJsonObject(1).getInteger("picture"));
        assertTrue(answer.errors().getJsonObject(1).getString("detail").contains("50000 × 50000"));
    }

    @Test
    void formsWithoutPicturesWithTooManyOrCutOffAreRefused() {
        assertRefused(422, "invalid-pictures", frontend.caller().post("/predict", new Multipart().field("a", "b")));
        Multipart four = new Multipart();
        for (int i = 0; i < 4; i++) {
            four.file("a" + i, "a.png", SamplePictures.png(8, 8));
        }
        assertRefused(413, "body-too-large", frontend.caller().post("/predict", four));
        assertRefused(
                400,
                "malformed-body",
                frontend.caller()
                        .post("/predict", "multipart/form-data", "no boundary".getBytes(StandardCharsets.UTF_8)));
        Multipart form = new Multipart().file("a", "a.png", SamplePictures.png(100, 100));
        assertRefused(
                400,
                "malformed-body",
                frontend.caller()
                        .post("/predict", form.contentType(), Arrays.copyOf(form.bytes(), form.bytes().length - 60)));
        assertRefused(
                422,
                "invalid-pictures",
                frontend.caller().postJson("/predict", "{\"instances\": [{\"b64\": \"***\"}]}"));
    }

    @Test
    void tooManyRowsAreRefused() {
        String rows = IntStream.range(0, 501).mapToObj(_ -> IRIS_ROW).collect(Collectors.joining(",", "[", "]"));
        assertRefused(413, "body-too-large", frontend.caller().postJson(ROWS, rows));
    }

    @Test
    void aBodyOverTheLimitIsAnsweredBeforeItHasArrivedAndItsConnectionIsClosed() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port())) {
            write(
                    socket,
                    "POST " + ROWS
                            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{");
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(answer.contains("urn:sluice:problem:body-too-large"), answer);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port())) {
            write(
                    socket,
                    "POST " + ROWS
                            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 4; i++) {
                write(socket, chunk);
            }
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        }
    }

    @Test
    void aBodyThatDawdlesIsNotWaitedFor() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port())) {
            write(
                    socket,
                    "POST " + ROWS
                            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
        }
    }

    @Test
    void whatIsNotHttpOrTooLongIsRefusedWithAProblem() throws IOException {
        for (List<String> sent : List.of(
                List.of("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
                List.of("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n", "431"),
                List.of("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", "400"))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port())) {
                write(socket, sent.getFirst());
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.matches("(?s)HTTP/1.[01] " + sent.getLast() + " .*"), answer);
                assertTrue(answer.contains("application/problem+json"), answer);
            }
        }
    }

    @Test
    void headersThatMakeNoSenseAreRefused() {
        for (List<String> header : List.of(
                List.of("X-Sluice-Deadline-Ms", "0"),
                List.of("X-Sluice-Deadline-Ms", "soon"),
                List.of("X-Sluice-Deadline-Ms", "999999999"),
                List.of("X-Sluice-Lane", "fast"),
                List.of("Idempotency-Key", "x".repeat(256)))) {
            assertRefused(
                    400,
                    "malformed-request",
                    frontend.caller().postJson(ROWS, IRIS_ROW, header.getFirst(), header.getLast()));
        }
    }

    @Test
    void anUnknownModelNamesThoseThatExist() {
        for (String name : List.of("nobody", "iris@nobody", "!")) {
            Answer answer = frontend.caller().postJson("/v1/models/" + name + "/predict", IRIS_ROW);
            assertRefused(404, "unknown-model", answer);
            assertEquals(
                    List.of("imagenet@champion", "iris@champion", "mixed@champion"),
                    answer.json().getJsonArray("models").getList());
        }
        assertRefused(404, "unknown-model", frontend.caller().get("/v1/models/nobody"));
    }

    @Test
    void aDefaultModelThatIsNotDeployedIsSaidClearly() {
        Answer answer = frontend.caller().postJson("/model/predict", IRIS_ROW);
        assertRefused(503, "nothing-live", answer);
        assertTrue(answer.json().getString("detail").contains("--tabular-model"));
    }

    @Test
    void addressesAndMethodsThatAreNotThereAreProblemsToo() {
        assertRefused(404, "not-found", frontend.caller().get("/nowhere"));
        Answer wrongMethod = frontend.caller().get("/v1/models/iris/predict");
        assertRefused(405, "method-not-allowed", wrongMethod);
        assertEquals("OPTIONS, POST", wrongMethod.header("Allow"));
        assertEquals(
                "DELETE, GET, HEAD, OPTIONS",
                frontend.caller().post("/v1/jobs/any/", "", new byte[0]).header("Allow"));
        assertRefused(404, "unknown-job", frontend.caller().get("/v1/jobs/nonsense"));
        assertRefused(404, "unknown-job", frontend.caller().get("/v1/jobs/iris@champion~" + "0".repeat(32)));
        assertRefused(404, "unknown-job", frontend.caller().delete("/v1/jobs/iris@champion~" + "0".repeat(32)));
    }

    private static void assertRefused(int status, String problem, Answer answer) {
        assertEquals(status, answer.status(), answer.text());
        assertEquals(problem, answer.problem());
        assertEquals("application/problem+json", answer.mediaType());
    }

    private static List<String> faults(Answer answer) {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < answer.errors().size(); i++) {
            var error = answer.errors().getJsonObject(i);
            faults.add("%d %s: %s"
                    .formatted(error.getInteger("row"), error.getString("column"), error.getString("detail")));
        }
        return faults;
    }

    private static String mixedRow() {
        return "{\"price\": 1.5, \"share\": 0.5, \"rooms\": 3, \"id\": 7, \"urban\": true, \"purpose\": \"car\","
                + " \"age\": 30, \"rate\": 0.1}";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }
}
