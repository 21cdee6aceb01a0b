package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.http.RawHttp;
import dev.sluice.http.RequestMutations;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API's ports answer (see its own tests), the worker's and the monitor's do as well. */
@ExtendWith(RunningSluice.Shared.class)
class HttpOnEveryPortTest {
    private final RunningSluice sluice;

    HttpOnEveryPortTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker-1", "monitor"})
    void requestsThatBreakHttpGetAProblemAndUnusualOnesAnAnswer(String process) throws Exception {
        int port = port(process);
        for (String broken : List.of(
                "GET /health/live HTTP/1.1\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                "GET /health/%zz HTTP/1.1\r\nHost: x\r\n\r\n")) {
            RawHttp.Answer answer = RawHttp.only(port, broken);
            assertEquals(400, answer.status(), answer.toString());
            assertEquals("application/problem+json", answer.header("Content-Type"));
        }
        RawHttp.Answer wrongMethod = RawHttp.only(port, "POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals(405, wrongMethod.status());
        assertEquals("GET, HEAD, OPTIONS", wrongMethod.header("Allow"));
        assertEquals(
                204,
                RawHttp.only(port, "OPTIONS /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                        .status());
        assertEquals(
                404,
                RawHttp.only(port, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status());
        assertEquals(
                200,
                RawHttp.only(port, "GET //health/l%69ve/ HTTP/1.1\r\nHost: x\r\n\r\n")
                        .status());
        try (RawHttp client = new RawHttp(port)) {
            RawHttp.Answer head =
                    client.send("HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n").answer(true);
            assertEquals(200, head.status());
            assertEquals("15", head.header("Content-Length"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker-1", "monitor"})
    void eachMutationOfAGoodRequestIsAnsweredBelow500(String process) throws Exception {
        List<byte[]> good = List.of(
                bytes("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"),
                bytes("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n"),
                bytes("POST /hooks/alertmanager HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer no\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
        RequestMutations mutations = new RequestMutations(ChaosForm.seed());
        int count = ChaosForm.count(200, 5_000);
        for (int i = 0; i < count; i++) {
            byte[] mutated = mutations.of(good);
            String sent = new String(mutated, StandardCharsets.ISO_8859_1);
            List<RawHttp.Answer> answers = RawHttp.all(port(process), mutated);
            assertFalse(answers.isEmpty() && !sent.matches("[\r\n]*"), "closed without an answer: " + sent);
            assertTrue(answers.stream().allMatch(answer -> answer.status() < 500), sent + answers);
        }
    }

    private int port(String process) {
        return URI.create(sluice.management(process)).getPort();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
