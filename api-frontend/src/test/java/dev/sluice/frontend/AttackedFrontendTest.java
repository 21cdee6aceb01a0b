package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.ProcessMemory;
import dev.sluice.chaos.Slow;
import dev.sluice.picture.PixelBombs;
import dev.sluice.redis.RealRedis;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile requests are refused, reach no worker, cost no memory and leave no error in the log. */
@Slow
class AttackedFrontendTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String HEAD = " HTTP/1.1\r\nHost: x\r\n";
    private static final int BODY_LIMIT = 200_000;
    private static final long WIDE_BOUND = 300L << 20;
    private static final byte[] PICKLE = HexFormat.of()
            .parseHex("80049525000000000000008C05706F736978948C0673797374656D9493948C0A746F756368206F776E65649485945294"
                    + "2E");

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker imagenet;

    private LogLines log;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis);
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures());
        frontend = RunningFrontend.on(redis, settings -> settings.bodyLimit = BODY_LIMIT);
        frontend.awaitDeployment("iris");
        frontend.awaitDeployment("imagenet");
    }

    @AfterAll
    static void noneOfItReachedAWorker() {
        assertTrue(!iris.finds(100) && !imagenet.finds(100));
        frontend.close();
        List.of(iris, imagenet).forEach(PlainWorker::close);
        redis.close();
    }

    @BeforeEach
    void watchTheLog() {
        log = new LogLines();
    }

    @AfterEach
    void nothingWentWrongInside() {
        log.close();
        assertEquals(List.of(), log.faults());
        assertEquals(200, frontend.caller().get("/health/ready").status());
    }

    @Test
    void pixelBombsAreRefusedByTheirHeaders() {
        List<byte[]> bombs = PixelBombs.ofEachFormat();
        long before = peak();
        for (int i = 0; i < 200; i++) {
            Answer answer = frontend.caller().post("/predict", "application/octet-stream", bombs.get(i % bombs.size()));
            assertEquals(422, answer.status(), answer.text());
            assertTrue(answer.text().contains("--max-pixels"), answer.text());
        }
        Answer hidden = frontend.caller().post("/predict", "image/jpeg", PixelBombs.jpegHidingItsSize(20_000));
        assertEquals(422, hidden.status(), hidden.text());
        long grown = peak() - before;
        System.out.printf("S1 API, 200 bombs: its most memory grew by %d MB%n", grown >> 20);
        assertTrue(grown < WIDE_BOUND, "grown by " + grown);
    }

    @Test
    void aBodyOfEndlessChunksIsAnsweredAndItsConnectionClosed() throws IOException {
        for (String path : List.of(ROWS, "/predict")) {
            try (RawClient client = new RawClient(frontend.port())) {
                client.send(
                        "POST " + path + HEAD + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
                assertThrows(IOException.class, () -> sendForEver(client, chunk));
            }
        }
        try (RawClient client = new RawClient(frontend.port())) {
            client.send("POST " + ROWS + HEAD + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("1\r\n \r\n".repeat(BODY_LIMIT + 1));
            String answer = client.untilClosed();
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        }
    }

    @Test
    void aCompressedBodyIsNeitherReadNorInflated() throws IOException {
        byte[] plain = new byte[64 << 20];
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(deflate)) {
            out.write(plain);
        }
        long before = peak();
        for (byte[] bomb : List.of(gzip.toByteArray(), deflate.toByteArray())) {
            assertTrue(bomb.length < BODY_LIMIT, "a bomb of " + bomb.length + " bytes");
            for (String coding : List.of("gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "identity, gzip")) {
                for (String path : List.of(ROWS, "/predict")) {
                    Answer answer = frontend.caller().post(path, "application/json", bomb, "Content-Encoding", coding);
                    assertEquals(415, answer.status(), coding);
                    assertEquals("wrong-content-type", answer.problem());
                }
            }
            assertEquals(
                    400,
                    frontend.caller()
                            .post(
                                    ROWS,
                                    "application/json",
                                    bomb,
                                    "Content-Encoding",
                                    "identity",
                                    "Content-Encoding",
                                    "gzip")
                            .status());
        }
        assertTrue(peak() - before < WIDE_BOUND);
    }

    @Test
    void randomBytesOnEitherPortAreClosedWithoutAnError() throws IOException {
        Random random = new Random(ChaosForm.seed());
        int connections = ChaosForm.count(200, 5_000);
        System.out.printf("S8 (%s): %d connections of random bytes on each port%n", ChaosForm.describe(), connections);
        for (int port : List.of(frontend.port(), frontend.managementPort())) {
            for (int i = 0; i < connections; i++) {
                byte[] noise = new byte[1 + random.nextInt(4_096)];
                random.nextBytes(noise);
                sendAndSeeItClosed(port, noise);
            }
            for (String almostHttp : List.of(
                    "\r\n\r\n\r\n",
                    "GET\r\n\r\n",
                    "GET / HTTP/9.9\r\n\r\n",
                    "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
                    "GET http://[::bad/ HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /%zz%00 HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                    "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001")) {
                sendAndSeeItClosed(port, almostHttp.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/../openapi.json",
                "/docs/..%2fopenapi.json",
                "/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "/docs/..%5c..%5cetc%5cpasswd",
                "/docs//etc/passwd",
                "/docs/%2fetc%2fpasswd",
                "/docs/logback.xml",
                "/docs/%00",
                "/docs/openapi.json%00.html",
                "/docs/../../../../etc/passwd",
                "/v1/models/..%2f..%2fetc%2fpasswd",
                "/v1/models/../../etc/passwd",
                "/v1/models/iris%40..%2fchampion",
                "/v1/models/iris@%2e%2e",
                "/v1/models/%7Biris%40champion%7D",
                "/v1/jobs/..%2f..%2fstatus",
                "/v1/jobs/iris@champion~..%2f00000000000000000000000000000",
                "/v1/jobs/%7Biris%7D:alive@x~00000000000000000000000000000000",
                "/v1/jobs/iris@champion~00000000000000000000000000000000%0aDEL",
            })
    void noPathLeadsOut(String path) throws IOException {
        for (int port : List.of(frontend.port(), frontend.managementPort())) {
            try (RawClient client = new RawClient(port)) {
                String answer = client.send("GET " + path + HEAD + "Connection: close\r\n\r\n")
                        .untilClosed();
                // What a client may shorten by itself ("/docs/../openapi.json") may be found.
                boolean found = answer.startsWith("HTTP/1.1 200") && path.equals("/docs/../openapi.json");
                assertTrue(found || answer.matches("(?s)HTTP/1.1 (400|404) .*"), path + ": " + answer);
                assertFalse(answer.contains("root:"), answer);
            }
        }
    }

    @Test
    void noClientWritesALineOfTheLog() {
        for (String address : List.of("/v1/jobs/x%0aFORGED", "/v1/models/x%0d%0aFORGED")) {
            assertEquals(404, frontend.caller().get(address).status());
        }
        Answer answer = frontend.caller().postJson(ROWS, "[1]\nFORGED");
        assertEquals(400, answer.status());
        assertFalse(log.hasLineFrom("FORGED"));
    }

    @Test
    void whatIsReadAndThenTooLargeIsAnsweredInOrder() throws IOException {
        String rows = "[" + "{},".repeat(10_000) + "{}]";
        try (RawClient client = new RawClient(frontend.port())) {
            client.send("POST " + ROWS + HEAD + "Content-Type: application/json\r\nContent-Length: " + rows.length()
                    + "\r\n\r\n" + rows);
            assertTrue(client.untilClosed().startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void theNameOfAnUploadedFileMeansNothing() {
        for (String name :
                List.of("../../../../tmp/owned.png", "/tmp/owned.png", "..\\\\owned.png", "a;b\\u0000.png", "")) {
            Answer answer = frontend.caller()
                    .post(
                            "/predict",
                            new Multipart().file("image", name, "no picture".getBytes(StandardCharsets.UTF_8)));
            assertEquals(422, answer.status(), answer.text());
        }
        assertFalse(java.nio.file.Files.exists(java.nio.file.Path.of("/tmp/owned.png")));
    }

    @Test
    void aModelsNameInTheQueryIsANameOnly() {
        for (String name : List.of("..%2f..%2fetc", "iris%40..%2f", "%7Biris%7D", "iris%00", "%0d%0aX:1")) {
            assertEquals(
                    404,
                    frontend.caller()
                            .postJson("/predict?model=" + name, IRIS_ROW)
                            .status());
        }
    }

    @Test
    void picklesAreNoInput() {
        for (String type : List.of("application/x-python-pickle", "application/octet-stream", "application/json")) {
            int rows = frontend.caller().post(ROWS, type, PICKLE).status();
            assertEquals(type.endsWith("json") ? 400 : 415, rows, type);
            int pictures = frontend.caller().post("/predict", type, PICKLE).status();
            assertEquals(type.endsWith("json") ? 400 : type.endsWith("pickle") ? 415 : 422, pictures, type);
        }
    }

    private static void sendAndSeeItClosed(int port, byte[] bytes) throws IOException {
        try (RawClient client = new RawClient(port)) {
            try {
                client.send(bytes).endSending();
            } catch (IOException closedAlready) {
                return;
            }
            String answer = client.untilClosed();
            assertFalse(answer.matches("(?s)HTTP/1.. 5.*"), answer);
        }
    }

    private static void sendForEver(RawClient client, String chunk) throws IOException {
        while (true) {
            client.send(chunk);
        }
    }

    private static long peak() {
        return ProcessMemory.peakOf(ProcessHandle.current().pid()).orElse(0);
    }
}
