package dev.sluice.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many alerts: one retraining at a time, and a pause between two. */
@Slow
class RetrainingTest {
    private static RealRedis redis;
    private static RealPostgres postgres;

    @TempDir
    Path folder;

    private Path begun;
    private Path mayEnd;
    private String database;

    @BeforeAll
    static void startServices() throws IOException {
        redis = RealRedis.start();
        postgres = RealPostgres.start();
    }

    @AfterAll
    static void stopServices() throws IOException {
        postgres.close();
        redis.close();
    }

    @BeforeEach
    void begin() throws Exception {
        begun = folder.resolve("begun");
        mayEnd = folder.resolve("may-end");
        database = postgres.newDatabase();
        Files.writeString(begun, "");
    }

    /** R23. */
    @Test
    void aHundredAlertsAreOneRetraining() throws Exception {
        try (RunningMonitor monitor = monitor(trainer("exit 0"), Duration.ofMinutes(1))) {
            List<String> answers = all(IntStream.range(0, 100)
                    .<Callable<String>>mapToObj(i -> () -> retraining(report(monitor, "fingerprint-" + i % 10)))
                    .toList());
            assertEquals(
                    1, answers.stream().filter(one -> one.startsWith("started")).count(), answers::toString);
            Waiting.until("it has begun", () -> timesBegun() == 1);
            Files.createFile(mayEnd);
            Waiting.until("it has ended", () -> "succeeded".equals(last(monitor).getString("outcome")));
            assertEquals(
                    "not started: this alert has already started one", retraining(report(monitor, answered(answers))));
            assertTrue(retraining(report(monitor, "another")).startsWith("not started: loan was retrained less than"));
            assertEquals(1, timesBegun());
            assertEquals(1, monitor.metric("sluice_retrainings_total{model=\"loan\",outcome=\"succeeded\"}"));
        }
    }

    @Test
    void afterThePauseTheSameAlertIsAnsweredAgain() throws Exception {
        Files.createFile(mayEnd);
        try (RunningMonitor monitor = monitor(trainer("exit 3"), Duration.ofMillis(1))) {
            report(monitor, "same");
            Waiting.until("it has failed", () -> "failed".equals(last(monitor).getString("outcome")));
            assertEquals("exit status 3", last(monitor).getString("detail"));
            assertTrue(retraining(report(monitor, "same")).startsWith("started"));
            Waiting.until("both have begun", () -> timesBegun() == 2);
        }
    }

    @Test
    void whatCannotBeBegunMayBeAskedForAgainAtOnce() throws Exception {
        Path missing = folder.resolve("missing");
        try (RunningMonitor monitor = monitor(missing.toString(), Duration.ofMinutes(1))) {
            assertEquals(503, report(monitor, "one").statusCode(), "Alertmanager sends it again");
            Files.copy(Path.of(trainer("exit 0")), missing);
            makeExecutable(missing);
            assertTrue(retraining(report(monitor, "one")).startsWith("started"));
        }
    }

    @Test
    void aMonitorThatEndsTakesItsRetrainingAlongAndTheNextOneKnows() throws Exception {
        String trainer = trainer("exit 0");
        try (RunningMonitor monitor = monitor(trainer, Duration.ofMillis(1))) {
            report(monitor, "one");
            Waiting.until("it has begun", () -> timesBegun() == 1);
        }
        Files.createFile(mayEnd);
        try (RunningMonitor monitor = monitor(trainer, Duration.ofMillis(1))) {
            Waiting.until(
                    "it is known to have ended",
                    () -> "failed".equals(last(monitor).getString("outcome")));
            assertTrue(retraining(report(monitor, "one")).startsWith("started"));
            Waiting.until(
                    "the next one ends", () -> "succeeded".equals(last(monitor).getString("outcome")));
        }
    }

    @Test
    void aMonitorLeavesTheRetrainingsOfAnotherOneAlone() throws Exception {
        String trainer = trainer("exit 0");
        try (RunningMonitor first = monitor(trainer, Duration.ofMillis(1));
                RunningMonitor second = monitor(trainer, Duration.ofMillis(1))) {
            report(first, "one");
            Waiting.until("it has begun", () -> timesBegun() == 1);
            Waiting.until("the second has polled", () -> second.metric("sluice_retraining_running") == 1);
            assertTrue(retraining(report(second, "two")).startsWith("not started: a retraining of loan is running"));
            assertNull(last(second).getString("outcome"));
            Files.createFile(mayEnd);
            Waiting.until("it has ended", () -> last(second).getString("outcome") != null);
            assertEquals("succeeded", last(second).getString("outcome"), last(second)::encode);
            assertEquals("exit status 0", last(second).getString("detail"));
        }
    }

    @Test
    void onlyWhoHasTheTokenIsHeardAndOnlyWhatFires() throws Exception {
        try (RunningMonitor monitor = monitor(trainer("exit 0"), Duration.ofMinutes(1))) {
            assertEquals(
                    401,
                    monitor.alert("guessed", message("one", "firing", "retrain"))
                            .statusCode());
            assertEquals(
                    400, monitor.alert(RunningMonitor.TOKEN, "{\"alerts\": 3}").statusCode());
            assertEquals(
                    413,
                    monitor.alert(RunningMonitor.TOKEN, " ".repeat(2 << 20)).statusCode());
            for (String message : List.of(message("one", "resolved", "retrain"), message("one", "firing", "page"))) {
                HttpResponse<String> answer = monitor.alert(RunningMonitor.TOKEN, message);
                assertEquals(200, answer.statusCode());
                assertEquals(new JsonArray(), new JsonObject(answer.body()).getJsonArray("alerts"));
            }
            assertEquals(0, timesBegun());
        }
    }

    private RunningMonitor monitor(String command, Duration coolDown) {
        return RunningMonitor.on(redis.url(), database, settings -> {
            settings.retraining.retrainCommand = command + " {model}";
            settings.retraining.retrainLogs = folder;
            settings.retraining.retrainCoolDown = coolDown;
        });
    }

    /** A trainer that notes its beginning, and ends so as soon as it may. */
    private String trainer(String end) throws IOException {
        Path script = folder.resolve("trainer-" + end.replace(' ', '-'));
        Files.writeString(script, """
                #!/bin/sh
                echo "$1" >>%s
                while ! [ -e %s ]; do sleep 0.05; done
                %s
                """.formatted(begun, mayEnd, end));
        makeExecutable(script);
        return script.toString();
    }

    private static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private long timesBegun() {
        try {
            return Files.readAllLines(begun).stream().filter("loan"::equals).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> report(RunningMonitor monitor, String fingerprint) {
        return monitor.alert(RunningMonitor.TOKEN, message(fingerprint, "firing", "retrain"));
    }

    private static String retraining(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body())
                .getJsonArray("alerts")
                .getJsonObject(0)
                .getString("retraining");
    }

    private static JsonObject last(RunningMonitor monitor) {
        JsonArray all = monitor.json("/v1/retrainings").getJsonArray("retrainings");
        return all.isEmpty() ? new JsonObject() : all.getJsonObject(0);
    }

    /** The fingerprint of the alert that was answered. */
    private static String answered(List<String> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).startsWith("started")) {
                return "fingerprint-" + i % 10;
            }
        }
        throw new AssertionError(answers);
    }

    private static String message(String fingerprint, String status, String response) {
        return """
                {"version": "4", "status": "firing", "alerts": [{"status": "%s", "fingerprint": "%s",
                 "startsAt": "2026-11-22T10:00:00Z",
                 "labels": {"alertname": "ModelInputDrift", "model": "loan", "version": "1", "response": "%s"}}]}
                """.formatted(status, fingerprint, response);
    }

    private static List<String> all(List<Callable<String>> calls) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(calls).stream().map(Future::resultNow).toList();
        }
    }
}
