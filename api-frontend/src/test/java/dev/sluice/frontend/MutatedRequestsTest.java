package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.Slow;
import dev.sluice.http.RawHttp;
import dev.sluice.http.RequestMutations;
import dev.sluice.redis.RealRedis;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** S22: whatever a byte-level mutation makes of a good request, it is answered with a status below 500. */
@Slow
class MutatedRequestsTest {
    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker imagenet;

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

    @Test
    void eachMutationOfAGoodRequestIsAnsweredBelow500() throws IOException {
        assertAnswered("API", frontend.port(), interfaceRequests(), ChaosForm.count(2_000, 50_000));
    }

    @Test
    void soItIsOnTheManagementPort() throws IOException {
        List<byte[]> good = List.of(
                request("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"),
                request("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"),
                request("GET /dead-letters?limit=5 HTTP/1.1\r\nHost: x\r\n\r\n"),
                request(
                        "POST /dead-letters/iris@champion~00000000000000000000000000000000/resend HTTP/1.1\r\nHost: x\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
        assertAnswered("management port", frontend.managementPort(), good, ChaosForm.count(400, 10_000));
    }

    private static List<byte[]> interfaceRequests() {
        String row = SampleDeployments.IRIS_ROW;
        String head =
                "POST /v1/models/iris/predict HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n";
        return List.of(
                request(head + "Content-Length: " + row.length() + "\r\n\r\n" + row),
                request(head + "Transfer-Encoding: chunked\r\n\r\n10;a=b\r\n" + row.substring(0, 16) + "\r\n"
                        + Integer.toHexString(row.length() - 16) + "\r\n" + row.substring(16)
                        + "\r\n0\r\nX-Sum: 1\r\n\r\n"),
                form("multipart/form-data; boundary=XyZ"),
                form("Multipart/Form-Data; charset=utf-8; Boundary=\"XyZ\""),
                request("GET /v1/models?x=%20y HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n"));
    }

    private static byte[] form(String contentType) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(request("--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na text\r\n"
                + "--XyZ\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n"));
        body.writeBytes(SamplePictures.png(8, 4));
        body.writeBytes(request("\r\n--XyZ--\r\n"));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(request("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + body.size() + "\r\n\r\n"));
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    private static byte[] request(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertAnswered(String where, int port, List<byte[]> good, int count) throws IOException {
        for (byte[] request : good) {
            assertTrue(RawHttp.only(port, request).status() < 500);
        }
        RequestMutations mutations = new RequestMutations(ChaosForm.seed());
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        List<String> logged;
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < count; i++) {
                byte[] mutated = mutations.of(good);
                String text = new String(mutated, StandardCharsets.ISO_8859_1);
                List<RawHttp.Answer> answers = RawHttp.all(port, mutated);
                answers.forEach(answer -> statuses.merge(answer.status(), 1, Integer::sum));
                boolean nothingWasAsked = text.matches("[\r\n]*");
                if (answers.isEmpty() && !nothingWasAsked) {
                    faults.add("closed without an answer: " + quoted(text));
                }
                answers.stream()
                        .filter(answer -> answer.status() >= 500)
                        .forEach(answer -> faults.add(answer + " to " + quoted(text)));
            }
            logged = log.faults();
        }
        System.out.printf(
                "S22 %s (%s): %d mutated requests, answers by status %s, %d faults%n",
                where, ChaosForm.describe(), count, statuses, faults.size());
        assertEquals(List.of(), faults);
        assertEquals(List.of(), logged);
        assertTrue(statuses.keySet().containsAll(List.of(200, 400)), "it bit: " + statuses);
    }

    private static String quoted(String text) {
        return "'" + text.substring(0, Math.min(400, text.length())).replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
