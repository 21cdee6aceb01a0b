package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service says of itself. */
@Slow
class ServiceTest {
    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker imagenet;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis);
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures());
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
    void theFrontPageLinksToWhatIsThere() {
        JsonObject links = frontend.caller().get("/").json().getJsonObject("links");
        for (String name : List.of("docs", "openapi", "models", "status", "ready")) {
            assertEquals(200, frontend.caller().get(links.getString(name)).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two%20words", "caf%C3%A9", "LONG", "nobody", "iris@Champion", "Iris"})
    void aNameThatIsNotServedGets404WithTheNamesThatAre(String name) {
        String path = "/v1/models/" + name.replace("LONG", "x".repeat(129));
        for (Answer answer :
                List.of(frontend.caller().get(path), frontend.caller().postJson(path + "/predict", IRIS_ROW))) {
            assertEquals(404, answer.status());
            String detail = answer.json().getString("detail");
            assertTrue(detail.contains("iris@champion"), detail);
            assertEquals(
                    name.equalsIgnoreCase("iris@champion") || name.equals("Iris"),
                    detail.contains("case-sensitive, use iris@champion"),
                    detail);
        }
    }

    @Test
    void modelsAreListedWithAndWithoutASlash() {
        for (String path : List.of("/models", "/models/", "/v1/models", "/v1/models/")) {
            JsonArray models = frontend.caller().get(path).json().getJsonArray("models");
            assertEquals(2, models.size());
            assertEquals("imagenet", models.getJsonObject(0).getString("model"));
        }
    }

    @Test
    void aModelShowsItsVersionSignatureProfileWorkersAndQueue() {
        JsonObject model = frontend.caller().get("/v1/models/iris").json();
        assertEquals("7", model.getString("version"));
        assertEquals(SampleDeployments.VERSION_ID, model.getString("version_id"));
        assertEquals(1, model.getInteger("workers"));
        assertEquals(4, model.getJsonObject("signature").getJsonArray("columns").size());
        assertEquals(32, model.getJsonArray("batch_profile").getJsonObject(0).getInteger("batch"));
        assertEquals(model, frontend.caller().get("/v1/models/iris@champion").json());
    }

    @Test
    void theDeployedVersionsAreShown() {
        for (String path : List.of("/deployed_version", "/deployed_version/")) {
            JsonObject versions = frontend.caller().get(path).json();
            assertEquals("imagenet@champion", versions.getString("image_model"));
            assertEquals("7", versions.getJsonArray("deployed").getJsonObject(0).getString("version"));
        }
    }

    @Test
    void theStatusNamesProcessesAndQueues() {
        JsonObject status = frontend.caller().get("/v1/status").json();
        JsonArray workers = status.getJsonObject("processes").getJsonArray("workers");
        assertEquals("test", workers.getJsonObject(0).getJsonObject("worker").getString("host"));
        assertEquals(2, status.getJsonArray("queues").size());
        assertEquals("everysec", status.getJsonObject("durability").getString("aof"));
    }

    @Test
    void theDocumentationComesWholeFromTheProjectItself() {
        String page = frontend.caller().get("/docs").text();
        assertEquals(page, frontend.caller().get("/docs/").text());
        Matcher references = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page);
        int count = 0;
        while (references.find()) {
            assertTrue(references.group(1).startsWith("/docs/"), "nothing from elsewhere: " + references.group(1));
            assertEquals(200, frontend.caller().get(references.group(1)).status());
            count++;
        }
        assertEquals(5, count);
        assertEquals("3.1.0", frontend.caller().get("/openapi.json").json().getString("openapi"));
        assertEquals(404, frontend.caller().get("/docs/nothing.js").status());
    }

    @Test
    void theManagementPortShowsHealthAndEveryPromisedMetric() {
        frontend.caller().postJson("/v1/models/iris/predict", "{}");
        TakenJob taken;
        CompletableFuture<Answer> waiting = frontend.caller().postJsonLater("/v1/models/iris/predict", IRIS_ROW);
        taken = iris.takeOne();
        iris.done(taken, PlainWorker.echo(taken));
        assertEquals(200, waiting.join().status());
        iris.renew(100);

        assertEquals(200, frontend.management("/health/live").status());
        assertEquals(200, frontend.management("/health/ready").status());
        assertEquals(404, frontend.management("/nothing").status());
        RunningFrontend.until(
                "the backlog is shown",
                () -> frontend.management("/metrics").text().contains("sluice_queue_backlog_seconds{"));
        String metrics = frontend.management("/metrics").text();
        for (String line : List.of(
                "sluice_http_requests_seconds_count{route=\"/v1/models/{model}/predict\",status=\"200\"}",
                "sluice_http_requests_seconds_bucket{route=\"/v1/models/{model}/predict\",status=\"422\",le=\"0.01\"}",
                "sluice_phase_seconds_count{model=\"iris\",phase=\"request\",version=\"7\"}",
                "sluice_refusals_total{reason=\"invalid-rows\"}",
                "sluice_waiters ",
                "sluice_body_held_bytes ",
                "sluice_queue_open_items{alias=\"champion\",model=\"iris\"}",
                "sluice_redis_connected ",
                "jvm_memory_used_bytes",
                "process_uptime_seconds")) {
            assertTrue(metrics.contains(line), line + " in " + metrics);
        }
        assertFalse(metrics.contains("champion~"), "no job's id becomes a label");
    }

    @Test
    void whoeverIsToldToStopFinishesWhatItHoldsAndIsNotReadyMeanwhile() {
        try (RunningFrontend stopping = RunningFrontend.on(redis)) {
            stopping.awaitDeployment("iris");
            CompletableFuture<Answer> waiting = stopping.caller().postJsonLater("/v1/models/iris/predict", IRIS_ROW);
            TakenJob taken = iris.takeOne();
            Future<Void> drained = stopping.drain();
            RunningFrontend.until(
                    "not ready", () -> stopping.management("/health/ready").status() == 503);
            assertFalse(drained.isComplete(), "it still holds a request");
            iris.done(taken, PlainWorker.echo(taken));
            assertEquals(200, waiting.join().status());
            Futures.await(drained);
        }
    }
}
