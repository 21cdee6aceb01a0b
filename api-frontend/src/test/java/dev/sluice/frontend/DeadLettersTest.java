package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.queue.TakenJob;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People find out on the management port why a job was given up, send it again, or drop it. */
class DeadLettersTest {
    private static final String NO_LETTER = "/dead-letters/iris@champion~" + "0".repeat(32);

    @RegisterExtension
    static final ServedSamples SAMPLES = new ServedSamples();

    @BeforeEach
    void dropAll() {
        ids(SAMPLES.management().get("/dead-letters").json())
                .forEach(id -> SAMPLES.management().delete("/dead-letters/" + id));
    }

    @Test
    void rowsAreShownAsColumnsWithTheReasonAndTheTimeline() {
        String id = deadRow("it was too heavy");
        JsonObject letter = SAMPLES.management().get("/dead-letters/" + id).json();
        assertEquals("it was too heavy", letter.getString("reason"));
        assertTrue(letter.getJsonObject("timeline").containsKey("finished"));
        JsonObject payload = letter.getJsonObject("payload");
        assertEquals("rows", payload.getString("kind"));
        JsonObject column = payload.getJsonArray("columns").getJsonObject(0);
        assertEquals("sepal_length", column.getString("name"));
        assertEquals(5.1, column.getJsonArray("values").getDouble(0));
        assertEquals(
                letter.getInteger("bytes"),
                SAMPLES.management().get(payload.getString("href")).response().body().length);
        assertEquals(
                "it was too heavy",
                SAMPLES.frontend()
                        .caller()
                        .get("/v1/jobs/" + id)
                        .json()
                        .getJsonObject("error")
                        .getString("reason"));
    }

    @Test
    void picturesAreShownBySizeAndTypeAndCanBeFetched() {
        byte[] sent = SamplePictures.png(40, 30);
        String id = SAMPLES.frontend()
                .caller()
                .post("/predict", "image/png", sent, "Prefer", "respond-async")
                .json()
                .getString("job_id");
        SAMPLES.imagenet().bury(SAMPLES.imagenet().takeOne(), "its worker died 3 times");
        JsonObject picture = SAMPLES.management()
                .get("/dead-letters/" + id)
                .json()
                .getJsonObject("payload")
                .getJsonArray("pictures")
                .getJsonObject(0);
        assertEquals("image/png", picture.getString("media_type"));
        assertEquals(40, picture.getInteger("width"));
        Answer bytes = SAMPLES.management().get(picture.getString("href"));
        assertEquals("image/png", bytes.mediaType());
        assertEquals("nosniff", bytes.header("X-Content-Type-Options"));
        assertArrayEquals(sent, bytes.response().body());
        assertEquals(
                404,
                SAMPLES.management().get("/dead-letters/" + id + "/pictures/1").status());
        assertEquals(
                404,
                SAMPLES.management().get("/dead-letters/" + id + "/pictures/x").status());
    }

    @Test
    void whatCannotBeReadIsSaidToBeSoAndItsBytesAreThereAllTheSame() {
        String id = deadRow("garbage");
        try (RedisProbe probe = new RedisProbe(SAMPLES.redis())) {
            String key = "sluice:{iris@champion}:job:" + id;
            probe.command("HSET", key, "payload", "no rows", "items", "many", "lane", "<b>", "members", "1,,");
            JsonObject letter = SAMPLES.management().get("/dead-letters/" + id).json();
            assertEquals("unreadable", letter.getJsonObject("payload").getString("kind"));
            assertEquals(
                    "no rows",
                    SAMPLES.management().get("/dead-letters/" + id + "/payload").text());
            assertEquals(1, SAMPLES.management().get("/dead-letters").json().getInteger("total"));
            Answer refused = resend(id);
            assertEquals(409, refused.status());
            assertEquals("dead-letter-not-resendable", refused.problem());
            probe.command("HDEL", key, "payload");
            assertEquals(
                    "gone",
                    SAMPLES.management()
                            .get("/dead-letters/" + id)
                            .json()
                            .getJsonObject("payload")
                            .getString("kind"));
            assertEquals(
                    404,
                    SAMPLES.management().get("/dead-letters/" + id + "/payload").status());
        }
    }

    @Test
    void aLetterThatIsSentAgainIsAnsweredUnderItsNewIdAndStaysUntilItIsDropped() {
        String id = deadRow("its worker died 3 times");
        Answer resent = resend(id);
        assertEquals(202, resent.status());
        String fresh = resent.json().getString("job_id");
        TakenJob taken = SAMPLES.iris().takeOne();
        assertEquals(fresh, taken.id());
        SAMPLES.iris().done(taken, PlainWorker.echo(taken));
        JsonObject job = SAMPLES.frontend().caller().get("/v1/jobs/" + fresh).json();
        assertEquals("done", job.getString("state"));
        assertEquals(id, job.getString("resent_from"));
        assertEquals(
                fresh, SAMPLES.management().get("/dead-letters/" + id).json().getString("resent_to"));
        assertEquals("unknown-dead-letter", resend(fresh).problem());

        assertEquals(200, SAMPLES.management().delete("/dead-letters/" + id).status());
        assertEquals(404, SAMPLES.management().get("/dead-letters/" + id).status());
        assertEquals(404, SAMPLES.management().delete("/dead-letters/" + id).status());
        assertEquals(404, SAMPLES.frontend().caller().get("/v1/jobs/" + id).status());
    }

    @Test
    void theyAreListedNewestFirstInPages() {
        List<String> died = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            died.addFirst(deadRow("number " + i));
        }
        List<String> seen = new ArrayList<>();
        String next = "/dead-letters?deployment=iris&limit=2";
        while (next != null) {
            JsonObject page = SAMPLES.management().get(next).json();
            assertEquals(5, page.getInteger("total"));
            assertTrue(page.getJsonArray("dead_letters").size() <= 2);
            seen.addAll(ids(page));
            next = page.getString("next");
        }
        assertEquals(5, seen.size());
        assertEquals(died.stream().sorted().toList(), seen.stream().sorted().toList());
        assertEquals(
                List.of(),
                ids(SAMPLES.management()
                        .get("/dead-letters?deployment=imagenet@champion")
                        .json()));
        assertEquals(5, ids(SAMPLES.management().get("/dead-letters").json()).size());
    }

    @Test
    void whatIsAskedWronglyIsRefusedAndSaysWhy() {
        assertEquals(400, SAMPLES.management().get("/dead-letters?limit=0").status());
        assertEquals(400, SAMPLES.management().get("/dead-letters?limit=201").status());
        assertEquals(
                400, SAMPLES.management().get("/dead-letters?behind=yesterday").status());
        Answer unknown = SAMPLES.management().get("/dead-letters?deployment=nobody");
        assertEquals("unknown-model", unknown.problem());
        assertFalse(unknown.json().getJsonArray("models").isEmpty());
        assertEquals(404, SAMPLES.management().get(NO_LETTER).status());
        assertEquals(404, SAMPLES.management().get("/dead-letters/rubbish").status());
        assertEquals(404, resend("iris@champion~" + "0".repeat(32)).status());
        assertEquals(405, SAMPLES.management().delete("/dead-letters").status());
        assertEquals(404, SAMPLES.management().get("/nothing").status());
        String waiting = asynchronousRow();
        assertEquals(
                404, SAMPLES.management().delete("/dead-letters/" + waiting).status(), "it is not dead");
        TakenJob taken = SAMPLES.iris().takeOne();
        SAMPLES.iris().done(taken, PlainWorker.echo(taken));
    }

    @Test
    void thePublicPortKnowsNothingOfThem() {
        assertEquals(404, SAMPLES.frontend().caller().get("/dead-letters").status());
    }

    @Test
    void theDocumentOfTheManagementPortIsServedThere() {
        assertEquals("3.1.0", SAMPLES.management().get("/openapi.json").json().getString("openapi"));
        assertEquals(200, SAMPLES.management().get("/metrics").status());
        assertEquals(200, SAMPLES.management().get("/health/ready").status());
    }

    /** @return its id */
    private static String deadRow(String reason) {
        String id = asynchronousRow();
        SAMPLES.iris().bury(SAMPLES.iris().takeOne(), reason);
        return id;
    }

    private static String asynchronousRow() {
        return SAMPLES.frontend()
                .caller()
                .postJson("/v1/models/iris/predict", IRIS_ROW, "Prefer", "respond-async")
                .json()
                .getString("job_id");
    }

    private static Answer resend(String id) {
        String path = "/dead-letters/" + id + "/resend";
        return SAMPLES.management()
                .send("POST", path, SAMPLES.management().request(path).POST(BodyPublishers.noBody()));
    }

    private static List<String> ids(JsonObject page) {
        JsonArray letters = page.getJsonArray("dead_letters");
        return letters.stream()
                .map(letter -> ((JsonObject) letter).getString("job_id"))
                .toList();
    }
}
