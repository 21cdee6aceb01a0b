package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.redis.RealRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever sends drop by drop is cut off at a time limit, however often a drop comes; others are served meanwhile. */
@Slow
class SlowClientsTest {
    private static final String ROWS = "/v1/models/iris/predict";
    private static final String HEAD =
            "POST " + ROWS + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n";
    private static final int MANY = 200;

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis).serve(PlainWorker::echo);
        frontend = RunningFrontend.on(redis, settings -> {
            settings.headTimeout = Duration.ofSeconds(1);
            settings.bodyTimeout = Duration.ofSeconds(1);
        });
        frontend.awaitDeployment("iris");
    }

    @AfterAll
    static void stop() {
        frontend.close();
        iris.close();
        redis.close();
    }

    @Test
    void slowHeadsAreCutOffAndOthersAreServed() throws IOException {
        dripped(frontend.port(), "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").forEach(answer -> assertEquals("", answer));
    }

    @Test
    void slowBodiesAreAnsweredAndCutOffAndOthersAreServed() throws IOException {
        dripped(frontend.port(), HEAD + "\r\n[")
                .forEach(answer -> assertTrue(answer.startsWith("HTTP/1.1 408"), answer));
    }

    @Test
    void aConnectionOnWhichNothingComesIsCutOff() throws IOException {
        try (RawClient silent = new RawClient(frontend.port())) {
            assertEquals("", silent.untilClosed());
        }
    }

    /** After ten seconds: that port has no setting for it. */
    @Test
    void slowHeadsOnTheManagementPortAreCutOff() throws IOException {
        dripped(frontend.managementPort(), "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                .forEach(answer -> assertEquals("", answer));
    }

    @Test
    void aConnectionInUseIsLeftAlone() throws Exception {
        try (RawClient client = new RawClient(frontend.port())) {
            String request = HEAD.replace("100000", String.valueOf(IRIS_ROW.length())) + "\r\n" + IRIS_ROW;
            client.send(request);
            CompletableFuture<Void> longerThanAHeadMayTake = new CompletableFuture<>();
            longerThanAHeadMayTake.completeOnTimeout(null, 1_500, java.util.concurrent.TimeUnit.MILLISECONDS);
            longerThanAHeadMayTake.get();
            client.send(request.replace("Host: x", "Host: x\r\nConnection: close"));
            assertEquals(2, client.untilClosed().split("HTTP/1.1 200", -1).length - 1);
        }
    }

    /** Many connections at once, a byte every few milliseconds on each. @return what each got until it was closed */
    private static List<String> dripped(int port, String beginning) throws IOException {
        List<RawClient> slow = new ArrayList<>();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            RawClient client = new RawClient(port).send(beginning);
            slow.add(client);
            answers.add(CompletableFuture.supplyAsync(() -> untilClosed(client), Thread::startVirtualThread));
            Thread.startVirtualThread(() -> drip(client));
        }
        int served = 0;
        while (!answers.stream().allMatch(CompletableFuture::isDone)) {
            assertEquals(200, frontend.caller().postJson(ROWS, IRIS_ROW).status());
            served++;
        }
        System.out.printf("S5: %d dripping connections cut off, %d others answered meanwhile%n", MANY, served);
        assertTrue(served > 0);
        for (RawClient client : slow) {
            client.close();
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static void drip(RawClient client) {
        try {
            while (true) {
                client.send("x");
                Thread.sleep(20);
            }
        } catch (IOException cutOff) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String untilClosed(RawClient client) {
        try {
            return client.untilClosed();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
