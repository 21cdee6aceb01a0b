package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.http.RawHttp;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP lets a client do is answered; what it does not is refused with a problem: on both ports, over raw sockets. */
@Slow
class HttpRulesTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String CHUNKED = "POST " + ROWS
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker imagenet;

    private LogLines log;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis).serve(PlainWorker::echo);
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures())
                .serve(job -> Collections.nCopies(job.items(), PlainWorker.daisy()));
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
        frontend.awaitDeployment("imagenet");
    }

    @AfterAll
    static void stop() {
        frontend.close();
        iris.close();
        imagenet.close();
        redis.close();
    }

    @BeforeEach
    void watchTheLog() {
        log = new LogLines();
    }

    @AfterEach
    void nothingIsLoggedAsAnError() {
        log.close();
        assertEquals(List.of(), log.faults());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/ready HTTP/1.1\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x:notaport\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /health/ready HTTP/1.0\r\nHost: a b\r\n\r\n",
                "GET /health/ready HTTP/2.0\r\nHost: x\r\n\r\n",
                "GET /health/ready HTTP/x\r\nHost: x\r\n\r\n",
                "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET health/ready HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nBad name: 1\r\n\r\n",
                "GET /health/ready HTTP/1.1\nHost: x\n\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nX-Cut-Off: ",
                "GET /health/ready HTTP/1.1",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
            })
    void aBrokenHeadIsAMalformedRequest(String request) throws IOException {
        for (int port : ports()) {
            RawHttp.Answer answer = RawHttp.only(port, request);
            assertEquals(400, answer.status(), answer.toString());
            assertProblem(answer);
            assertEquals("close", answer.header("Connection"));
        }
        assertFalse(log.text().contains("\u0016"), "what a client sends is not logged as it is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/%zz", "/health/%", "/v1/models/%z", "/%", "/dead-letters/%g0"})
    void anAddressThatCannotBeDecodedIsMalformed(String path) throws IOException {
        for (int port : ports()) {
            assertProblem(400, RawHttp.only(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
        }
    }

    @Test
    void aHeadThatIsTooLongIsRefusedWithItsStatus() throws IOException {
        for (int port : ports()) {
            assertProblem(414, RawHttp.only(port, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"));
            assertProblem(
                    431, RawHttp.only(port, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health/ready HTTP/1.0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: \r\n\r\n",
                "GET /health/ready HTTP/1.2\r\nHost: x\r\n\r\n",
                "GET http://elsewhere/health/ready HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/ready?a=b HTTP/1.1\r\nhOST: x\r\n\r\n",
                "\r\n\r\nGET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
                "GET /health/ready/ HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET //health//ready HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%68ealth/re%61dy HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /docs/../health/./ready HTTP/1.1\r\nHost: x\r\n\r\n",
            })
    void anUnusualHeadIsRead(String request) throws IOException {
        for (int port : ports()) {
            assertEquals(200, RawHttp.only(port, request).status(), request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {";a=b", ";a", ";", ";a=\"b c\"", " ;a=b;c=d", ";a=b;"})
    void aChunkExtensionIsIgnored(String extension) throws IOException {
        String body = Integer.toHexString(IRIS_ROW.length()) + extension + "\r\n" + IRIS_ROW + "\r\n0" + extension
                + "\r\n\r\n";
        RawHttp.Answer answer = RawHttp.only(frontend.port(), CHUNKED + body);
        assertEquals(200, answer.status(), answer.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\n{}\r\n0\r\n\r\n",
                "-2\r\n{}\r\n0\r\n\r\n",
                "\r\n{}\r\n0\r\n\r\n",
                "2\r\n{}x\r\n0\r\n\r\n",
                "ffffffffff\r\n{}\r\n0\r\n\r\n",
                "2;a=\"b\r\n{}\r\n0\r\n\r\n",
                "2\n{}\n0\n\n",
                "2\r\n{}\r\n0\r\nno colon\r\n\r\n",
                "2\r\n{}\r\n",
                "2\r\n{",
                "",
            })
    void aBrokenBodyIsAMalformedBody(String body) throws IOException {
        for (String path :
                List.of(ROWS, "/predict", "/v1/jobs/iris@champion~00000000000000000000000000000000/feedback")) {
            RawHttp.Answer answer = RawHttp.only(frontend.port(), CHUNKED.replace(ROWS, path) + body);
            assertEquals(400, answer.status(), path + answer);
            assertProblem(answer);
            assertTrue(answer.body().contains("malformed-body"), answer.body());
        }
        RawHttp.Answer behindAnother = RawHttp.all(
                        frontend.port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n" + CHUNKED + body)
                .getLast();
        assertEquals(400, behindAnother.status(), behindAnother.toString());
        assertEquals("close", behindAnother.header("Connection"));
    }

    @Test
    void aBodyShorterThanAnnouncedIsRefusedWhenItEnds() throws IOException {
        RawHttp.Answer answer =
                RawHttp.only(frontend.port(), post(ROWS, "", IRIS_ROW).replace("\r\n\r\n{", "0\r\n\r\n{"));
        assertProblem(400, answer);
        assertTrue(answer.body().contains("within the body"), answer.body());
    }

    @Test
    void whoClosesItsSideAfterAWholeRequestGetsTheAnswer() throws IOException {
        for (int port : ports()) {
            assertEquals(
                    200,
                    RawHttp.only(port, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                            .status());
            assertEquals(
                    200, RawHttp.only(port, "GET /health/live HTTP/1.0\r\n\r\n").status());
        }
        List<RawHttp.Answer> answers =
                RawHttp.all(frontend.port(), post(ROWS, "", IRIS_ROW).repeat(3));
        assertEquals(
                List.of(200, 200, 200),
                answers.stream().map(RawHttp.Answer::status).toList());
    }

    @ParameterizedTest
    @CsvSource({"GET,/", "GET,/v1/models", "GET,/v1/status", "GET,/docs/swagger-ui-bundle.js", "GET,/nothing"})
    void headIsGetWithoutTheBody(String method, String path) throws IOException {
        try (RawHttp client = new RawHttp(frontend.port())) {
            RawHttp.Answer get = client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .answer();
            RawHttp.Answer head =
                    client.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").answer(true);
            assertEquals(get.status(), head.status());
            assertEquals(get.header("Content-Length"), head.header("Content-Length"));
            assertEquals(get.header("Content-Type"), head.header("Content-Type"));
            // The next answer would begin with the body if there were one.
            assertEquals(
                    200,
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics", "/openapi.json", "/dead-letters"})
    void soItIsOnTheManagementPort(String path) throws IOException {
        try (RawHttp client = new RawHttp(frontend.managementPort())) {
            RawHttp.Answer head =
                    client.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").answer(true);
            assertEquals(200, head.status());
            assertTrue(Integer.parseInt(head.header("Content-Length")) > 10, head.toString());
            assertEquals(
                    200,
                    client.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer()
                            .status());
        }
    }

    @Test
    void aMethodThatIsNotThereNamesThoseThatAre() throws IOException {
        assertAllow(frontend.port(), "DELETE", "/v1/models", "GET, HEAD, OPTIONS");
        assertAllow(frontend.port(), "GET", ROWS, "OPTIONS, POST");
        assertAllow(frontend.port(), "PUT", "/v1/jobs/x/", "DELETE, GET, HEAD, OPTIONS");
        assertAllow(frontend.managementPort(), "POST", "/metrics", "GET, HEAD, OPTIONS");
        assertAllow(frontend.managementPort(), "DELETE", "/health/ready", "GET, HEAD, OPTIONS");
        assertAllow(frontend.managementPort(), "POST", "/dead-letters", "GET, HEAD, OPTIONS");
    }

    private static void assertAllow(int port, String wrong, String path, String allowed) throws IOException {
        RawHttp.Answer refused = RawHttp.only(port, wrong + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertProblem(405, refused);
        assertEquals(allowed, refused.header("Allow"), path);
        RawHttp.Answer options = RawHttp.only(port, "OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals(204, options.status(), path);
        assertEquals(allowed, options.header("Allow"), path);
    }

    @Test
    void optionsOfTheServerAreAnswered() throws IOException {
        RawHttp.Answer answer = RawHttp.only(frontend.port(), "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals(204, answer.status());
        assertEquals("DELETE, GET, HEAD, OPTIONS, POST", answer.header("Allow"));
        assertProblem(404, RawHttp.only(frontend.port(), "OPTIONS /nothing HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @Test
    void aContentTypeThatIsNotTakenNamesThoseThatAre() throws IOException {
        RawHttp.Answer rows =
                RawHttp.only(frontend.port(), post(ROWS, "", "a,b").replace("application/json", "text/csv"));
        assertProblem(415, rows);
        assertEquals("application/json", rows.header("Accept"));
        RawHttp.Answer pictures =
                RawHttp.only(frontend.port(), post("/predict", "", "a,b").replace("application/json", "text/csv"));
        assertProblem(415, pictures);
        assertEquals(
                "multipart/form-data, image/*, application/octet-stream, application/json", pictures.header("Accept"));
        RawHttp.Answer labels = RawHttp.only(
                frontend.port(),
                post("/v1/jobs/iris@champion~00000000000000000000000000000000/feedback", "", "a,b")
                        .replace("application/json", "text/csv"));
        assertProblem(415, labels);
        assertEquals("application/json", labels.header("Accept"));
        RawHttp.Answer coded = RawHttp.only(frontend.port(), post(ROWS, "Content-Encoding: gzip\r\n", "x"));
        assertProblem(415, coded);
        assertEquals("identity", coded.header("Accept-Encoding"));
        assertEquals("", coded.header("Accept"));
    }

    @Test
    void aBodyIsAskedForOnlyWhenItIsWanted() throws IOException {
        String head = post(ROWS, "Expect: 100-continue\r\n", IRIS_ROW).replace(IRIS_ROW, "");
        try (RawHttp client = new RawHttp(frontend.port())) {
            assertEquals(100, client.send(head).answer().status());
            RawHttp.Answer answer = client.send(IRIS_ROW).answer();
            assertEquals(200, answer.status());
            assertEquals("", answer.header("Connection"), "the next request is welcome");
        }
        for (String refused : List.of(
                head.replace("iris", "nobody"),
                head.replace("Content-Length: " + IRIS_ROW.length(), "Content-Length: 1000000000"),
                head.replace("Expect", "Content-Encoding: gzip\r\nExpect"),
                head.replace("application/json", "text/csv"),
                head.replace("Expect", "X-Sluice-Lane: fast\r\nExpect"),
                head.replace("POST", "DELETE"))) {
            try (RawHttp client = new RawHttp(frontend.port())) {
                RawHttp.Answer answer = client.send(refused).answer();
                assertTrue(answer.status() >= 400 && answer.status() < 500, refused + answer);
                assertEquals("close", answer.header("Connection"), refused);
            }
        }
        for (int port : ports()) {
            assertProblem(417, RawHttp.only(port, "GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n"));
        }
    }

    @Test
    void aClientThatHasGoneHasItsJobCancelledAndOneThatStillReadsHasNot() throws Exception {
        try (PlainWorker slow = PlainWorker.serving(
                redis, SampleDeployments.HOUSING, SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000))) {
            frontend.awaitDeployment("california-housing");
            String request = post("/v1/models/california-housing/predict", "", IRIS_ROW);
            try (RawHttp reads = new RawHttp(frontend.port())) {
                reads.send(request).endSending();
                frontend.awaitQueued(1);
                RawHttp gone = new RawHttp(frontend.port());
                gone.send(request);
                frontend.awaitQueued(2);
                gone.close();
                frontend.awaitQueued(1);
                var job = slow.takeOne();
                slow.done(job, PlainWorker.echo(job));
                assertEquals(200, reads.answer().status());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "03-no-filename, 200",
        "30-Multipart-Form-Data, 200",
        "30-trailing-semicolon, 200",
        "30-attachment, 400",
        "30-boundary-empty, 400",
        "30-charset-unknown, 400",
        "30-no-host, 400"
    })
    void theCasesAreAnsweredAsTheirPageSays(String name, int status) throws IOException {
        try (var in = HttpRulesTest.class.getResourceAsStream("cases/http/" + name + ".http")) {
            byte[] request = in.readAllBytes();
            RawHttp.Answer answer = RawHttp.only(frontend.port(), request);
            assertEquals(status, answer.status(), answer.toString());
            if (status == 400) {
                assertProblem(answer);
            }
        }
    }

    @Test
    void manyRequestsOnOneConnectionAreAnsweredInTheirOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        IntStream.range(0, 100)
                .forEach(i ->
                        requests.append(post(ROWS, "", IRIS_ROW)).append("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"));
        List<Integer> statuses = RawHttp.all(frontend.port(), requests.toString()).stream()
                .map(RawHttp.Answer::status)
                .toList();
        assertEquals(
                IntStream.range(0, 200).mapToObj(i -> i % 2 == 0 ? 200 : 404).toList(), statuses);
    }

    private static List<Integer> ports() {
        return List.of(frontend.port(), frontend.managementPort());
    }

    private static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void assertProblem(int status, RawHttp.Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertProblem(answer);
    }

    private static void assertProblem(RawHttp.Answer answer) {
        assertEquals("application/problem+json", answer.header("Content-Type"));
        JsonObject problem = new JsonObject(answer.body());
        assertEquals(answer.status(), problem.getInteger("status"));
        assertTrue(problem.getString("detail").contains(": "), "the fault and the remedy: " + answer.body());
        assertFalse(answer.body().contains("xception"), answer.body());
    }
}
