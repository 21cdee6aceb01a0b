package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.Integration;
import dev.sluice.http.RawHttp;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A real nginx with infra/nginx/nginx.conf before two APIs, one of which is drained, killed, or both of which have too much to do. */
@OnEachRedis
@Integration
class FrontDoorTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final String COSTLY_PATH = "/v1/models/%s/predict".formatted(Probe.TOIL);
    private static final Pattern REQUESTS = Pattern.compile(
            "^sluice_http_requests_seconds_count\\{.*route=\"[^\"]*/predict\".*} (\\S+)$", Pattern.MULTILINE);

    private final Rig rig;
    private final FaultTable table;

    FrontDoorTest(String redisServer, Rigs rigs) throws Exception {
        assumeTrue(Nginx.isInstalled(), "nginx is not installed");
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void oneApiIsDrainedAndNobodyNotices() throws Exception {
        int rounds = ChaosForm.count(2, 10);
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            Traffic traffic = new Traffic(nginx.client(), FrontDoorTest::withoutKey).poisson(100, ChaosForm.seed());
            for (int round = 0; round < rounds; round++) {
                ServerProcess api = rig.apis().get(round % 2);
                api.terminate();
                api.awaitEnd(LIMIT);
                api.startAgain();
                api.awaitReady();
            }
            List<Told> told = traffic.finish();
            table.add(
                    "one of two APIs behind the front door drained and started again",
                    told.size() > 10 * rounds,
                    "%d times".formatted(rounds),
                    told.size() / (traffic.millis() / 1e3),
                    "%s of %d without a key, slowest %.0f ms"
                            .formatted(Traffic.summary(told), told.size(), slowest(told)),
                    "0 failed",
                    Traffic.allRight(told));
        }
    }

    @Test
    void oneApiIsKilledAndItsCallersAreServedByTheOther() throws Exception {
        int rounds = ChaosForm.count(2, 10);
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            Traffic traffic = new Traffic(nginx.client(), FrontDoorTest::withoutKey).poisson(100, ChaosForm.seed());
            int heldByTheKilled = 0;
            for (int round = 0; round < rounds; round++) {
                ServerProcess api = rig.apis().get(round % 2);
                eventually("it holds a request", LIMIT, () -> waiters(api) > 0);
                api.kill();
                heldByTheKilled++;
                api.startAgain();
                api.awaitReady();
                // Those that this API could not take would now be killed a second time, with the other one.
                traffic.awaitThoseUnderWay();
            }
            List<Told> told = traffic.finish();
            table.add(
                    "one of two APIs behind the front door killed (-9)",
                    heldByTheKilled == rounds,
                    "%d times with requests in it".formatted(rounds),
                    told.size() / (traffic.millis() / 1e3),
                    "%s of %d without a key, slowest %.0f ms%s"
                            .formatted(
                                    Traffic.summary(told),
                                    told.size(),
                                    slowest(told),
                                    Traffic.allRight(told) ? "" : "; nginx: " + nginx.failures()),
                    "0 failed: a prediction may be made twice",
                    Traffic.allRight(told));
        }
    }

    @Test
    void whatMayNotBeMadeTwiceIsNotSentTwice() throws Exception {
        int jobs = 40;
        for (ServerProcess worker : rig.workers()) {
            worker.pause();
        }
        // Its answers to an accept never come, so nginx knows only that it was sent.
        rig.api(1).network().cut();
        long acceptedBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted");
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            List<CompletableFuture<Answer>> bare = IntStream.range(0, jobs)
                    .mapToObj(number -> asynchronous(nginx.client(), number))
                    .toList();
            List<CompletableFuture<Answer>> keyed = IntStream.range(0, jobs)
                    .mapToObj(number -> asynchronous(
                            nginx.client(), number, "Idempotency-Key", "door-" + number + "-" + System.nanoTime()))
                    .toList();
            List<Integer> bareStatus = statuses(bare);
            List<Integer> keyedStatus = statuses(keyed);
            long accepted = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted") - acceptedBefore;
            long bareAccepted = count(bareStatus, 202);
            table.add(
                    "asynchronous jobs through the front door, one API cut off from Redis",
                    bareAccepted > 0 && count(bareStatus, 503) > 0,
                    "%d of %d without a key refused by it".formatted(count(bareStatus, 503), jobs),
                    0,
                    "without a key %d accepted, with a key %d of %d; %d jobs"
                            .formatted(bareAccepted, count(keyedStatus, 202), jobs, accepted),
                    "with a key all, and a job for each 202",
                    count(keyedStatus, 202) == jobs
                            && accepted == bareAccepted + jobs
                            && Set.of(202, 503).containsAll(bareStatus));
        } finally {
            rig.makeWhole();
        }
    }

    @Test
    void whatIsTooMuchIsRefusedOnceAndNotAskedAgain() throws Exception {
        int requests = 1_500;
        // Its profile tells what a row costs: all of them together take many times the deadline.
        try (ServerProcess worker = rig.startWorker(
                        "costly", Map.of("SLUICE_MODELS", Probe.TOIL.toString(), "SLUICE_THREADS", "1"));
                Nginx nginx = Nginx.frontDoor(rig.apis())) {
            worker.awaitReady();
            for (ServerProcess api : rig.apis()) {
                eventually(
                        api.name() + " knows the model",
                        LIMIT,
                        () -> costlyRow(api.client(), 1).join().status() == 200);
            }
            long before = requestsSeen();
            List<Told> told = new Traffic(nginx.client(), FrontDoorTest::costlyRow)
                    .burst(requests)
                    .finish();
            long seen = requestsSeen() - before;
            long refused = Traffic.count(told, Verdict.REFUSED);
            List<Told> withoutTime = told.stream()
                    .filter(one -> one.verdict() == Verdict.REFUSED)
                    .filter(one -> one.answer() == null
                            || one.answer().header("Retry-After").isEmpty())
                    .toList();
            table.add(
                    "%d requests at once through the front door".formatted(requests),
                    refused > 0,
                    "%d refused".formatted(refused),
                    (told.size() - refused) / 1.0,
                    "%s; the APIs saw %d requests".formatted(Traffic.count(told), seen),
                    "each refusal with Retry-After, none asked twice",
                    withoutTime.isEmpty() && seen == requests && Traffic.count(told, Verdict.FAILED) == 0);
        }
    }

    @Test
    void whoGoesAwayIsToldToTheApi() throws Exception {
        for (ServerProcess worker : rig.workers()) {
            worker.pause();
        }
        long before = rig.queue().counter(Probe.DEPLOYMENT, "total.cancelled");
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            RawConnection connection = new RawConnection(nginx.port());
            connection.post(Probe.PATH, Probe.row(1, 0));
            eventually("it waits", LIMIT, () -> rig.queue().counter(Probe.DEPLOYMENT, "open.jobs") == 1);
            connection.close();
            eventually(
                    "and is cancelled",
                    LIMIT,
                    () -> rig.queue().counter(Probe.DEPLOYMENT, "total.cancelled") == before + 1);
        } finally {
            rig.makeWhole();
        }
    }

    @Test
    void aPageBesideTheApiIsFoundUnderItsPath() throws Exception {
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            // The address of MLflow is an API's here: that it was asked is all that matters.
            assertEquals(404, nginx.client().get("/mlflow/").status());
            assertEquals(502, nginx.client().get("/grafana/").status());
            assertEquals(200, nginx.client().get("/front-door/health").status());
        }
    }

    @Test
    void whatNginxItselfRefusesIsAProblem() throws Exception {
        Map<String, Integer> refused = Map.of(
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
                413,
                "POST /v1/models/iris/predict/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
                413,
                "GET / HTTP/1.1\r\n\r\n",
                400,
                "GARBAGE\r\n\r\n",
                400,
                "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
                431,
                "GET / HTTP/1.1\r\nHost: x\r\n" + ("X: " + "a".repeat(4_000) + "\r\n").repeat(20) + "\r\n",
                431,
                "POST /predict HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
                431,
                "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                414,
                "GET /grafana/ HTTP/1.1\r\nHost: x\r\n\r\n",
                502);
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            for (Map.Entry<String, Integer> one : refused.entrySet()) {
                try (RawHttp client = new RawHttp(nginx.port())) {
                    assertProblem(one.getValue(), client.send(one.getKey()).answer());
                }
            }
            for (ServerProcess api : rig.apis()) {
                api.kill();
            }
            for (String path : List.of("/health/live", Probe.PATH, Probe.PATH + "/")) {
                try (RawHttp client = new RawHttp(nginx.port())) {
                    assertProblem(
                            502,
                            client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .answer());
                }
            }
        } finally {
            for (ServerProcess api : rig.apis()) {
                api.startAgain();
                api.awaitReady();
            }
        }
    }

    private static void assertProblem(int status, RawHttp.Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        JsonObject problem = new JsonObject(answer.body());
        assertEquals(status, problem.getInteger("status"));
        assertEquals(
                status == 431,
                "urn:sluice:problem:headers-too-large".equals(problem.getString("type")),
                answer.toString());
    }

    @Test
    void aPredictionWithASlashAtItsEndIsRepeatedToo() throws Exception {
        rig.apis().getFirst().kill();
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            // Without the second try every other request would be a 502.
            for (int number = 0; number < 20; number++) {
                assertEquals(
                        200,
                        nginx.client()
                                .postJson(Probe.PATH + "/", Probe.row(number, 0))
                                .status());
            }
        } finally {
            rig.apis().getFirst().startAgain();
            rig.apis().getFirst().awaitReady();
        }
    }

    private static CompletableFuture<Answer> withoutKey(SluiceClient client, int number) {
        return client.postJsonAsync(Probe.PATH, Probe.row(number, 100), DEADLINE, "20000");
    }

    private static CompletableFuture<Answer> asynchronous(SluiceClient client, int number, String... headers) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("Prefer", "respond-async"), java.util.stream.Stream.of(headers))
                .toArray(String[]::new);
        return client.postJsonAsync(Probe.PATH, Probe.row(number, 0), all);
    }

    private static List<Integer> statuses(List<CompletableFuture<Answer>> answers) {
        return answers.stream().map(CompletableFuture::join).map(Answer::status).collect(Collectors.toList());
    }

    private static long count(List<Integer> statuses, int status) {
        return statuses.stream().filter(one -> one == status).count();
    }

    private static double slowest(List<Told> told) {
        return Traffic.quantile(1, told.stream().map(Told::tookMs).toList());
    }

    private static CompletableFuture<Answer> costlyRow(SluiceClient client, int number) {
        return client.postJsonAsync(COSTLY_PATH, Probe.row(number, Probe.TOIL_SPIN), DEADLINE, "1500");
    }

    private long requestsSeen() {
        return rig.apis().stream()
                .mapToLong(api -> REQUESTS.matcher(metrics(api))
                        .results()
                        .map(MatchResult::group)
                        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .sum();
    }

    private static long waiters(ServerProcess api) {
        return metrics(api)
                .lines()
                .filter(line -> line.startsWith("sluice_waiters "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String metrics(ServerProcess api) {
        return api.management().get("/metrics").text();
    }
}
