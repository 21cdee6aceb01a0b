package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.queue.TakenJob;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People look at any job on the management port: what is in it, who runs it, what came out. */
class StoredJobsTest {
    @RegisterExtension
    static final ServedSamples SAMPLES = new ServedSamples();

    @Test
    void aJobIsShownFromItsAcceptToItsEnd() {
        String id = accepted();
        JsonObject waiting = shown(id);
        assertEquals("waiting", waiting.getString("state"));
        assertFalse(waiting.containsKey("owner"));
        assertEquals(
                5.1,
                waiting.getJsonObject("payload")
                        .getJsonArray("columns")
                        .getJsonObject(0)
                        .getJsonArray("values")
                        .getDouble(0));

        TakenJob taken = SAMPLES.iris().takeOne();
        assertEquals(id, taken.id());
        JsonObject running = shown(id);
        assertEquals("running", running.getString("state"));
        assertTrue(running.getString("owner").startsWith("test-"), running::encode);
        assertTrue(running.getJsonObject("timeline").containsKey("started"));

        SAMPLES.iris().done(taken, PlainWorker.echo(taken));
        JsonObject done = shown(id);
        assertEquals("done", done.getString("state"));
        JsonObject outcome = done.getJsonObject("outcome");
        assertEquals("7", outcome.getString("version"));
        assertEquals(
                SAMPLES.frontend()
                        .caller()
                        .get("/v1/jobs/" + id)
                        .json()
                        .getJsonObject("result")
                        .getJsonArray("predictions")
                        .getJsonObject(0),
                outcome.getJsonArray("items").getJsonObject(0).getJsonObject("prediction"));
    }

    @Test
    void thePicturesOfAJobCanBeFetched() {
        byte[] sent = SamplePictures.png(40, 30);
        String id = SAMPLES.frontend()
                .caller()
                .post("/predict", "image/png", sent, "Prefer", "respond-async")
                .json()
                .getString("job_id");
        JsonObject picture =
                shown(id).getJsonObject("payload").getJsonArray("pictures").getJsonObject(0);
        Answer bytes = SAMPLES.management().get(picture.getString("href"));
        assertEquals("image/png", bytes.mediaType());
        assertArrayEquals(sent, bytes.response().body());
        assertEquals(
                "unknown-job",
                SAMPLES.management().get("/jobs/" + id + "/pictures/1").problem());
        SAMPLES.imagenet().bury(SAMPLES.imagenet().takeOne(), "its worker died 3 times");
        assertEquals("its worker died 3 times", shown(id).getString("reason"));
    }

    @Test
    void aRecordOfAnUntrustedWriterIsShownAsFarAsItCanBeRead() {
        String id = accepted();
        try (RedisProbe probe = new RedisProbe(SAMPLES.redis())) {
            String key = "sluice:{iris@champion}:job:" + id;
            TakenJob taken = SAMPLES.iris().takeOne();
            SAMPLES.iris().done(taken, PlainWorker.echo(taken));
            probe.command("HSET", key, "outcome", "garbage\n*", "members", "1,,", "payload", "no rows");
            JsonObject shown = shown(id);
            assertTrue(
                    shown.getJsonObject("outcome").getString("unreadable").startsWith("not an outcome"), shown::encode);
            assertEquals("unreadable", shown.getJsonObject("payload").getString("kind"));
            probe.command("HSET", key, "outcome", "{}\n+no JSON");
            assertTrue(shown(id).getJsonObject("outcome").containsKey("unreadable"));
        }
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        for (String id : new String[] {"iris@champion~" + "0".repeat(32), "7"}) {
            Answer answer = SAMPLES.management().get("/jobs/" + id);
            assertEquals(404, answer.status());
            assertEquals("unknown-job", answer.problem());
        }
    }

    private static String accepted() {
        return SAMPLES.frontend()
                .caller()
                .postJson("/v1/models/iris/predict", IRIS_ROW, "Prefer", "respond-async")
                .json()
                .getString("job_id");
    }

    private static JsonObject shown(String id) {
        return SAMPLES.management().get("/jobs/" + id).json();
    }
}
