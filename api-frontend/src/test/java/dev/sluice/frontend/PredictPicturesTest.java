package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.job.ItemResult;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pictures in every form that people send them in. */
class PredictPicturesTest {
    private static final byte[] SMALL = SamplePictures.png(8, 4);
    private static final byte[] LARGE = SamplePictures.jpeg(1600, 1200);

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker imagenet;
    private static final LinkedBlockingQueue<TakenJob> TAKEN = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures())
                .serve(PredictPicturesTest::daisies);
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("imagenet");
    }

    @AfterAll
    static void stop() {
        frontend.close();
        imagenet.close();
        redis.close();
    }

    @BeforeEach
    void forget() {
        TAKEN.clear();
    }

    private static List<ItemResult> daisies(TakenJob job) {
        TAKEN.add(job);
        return Collections.nCopies(job.items(), PlainWorker.daisy());
    }

    @Test
    void theFieldOfAFormMayHaveAnyName() {
        for (String path :
                List.of("/predict", "/predict/", "/predict/?model=imagenet", "/v1/models/imagenet/predict")) {
            for (String field : List.of("img_file", "image", "x")) {
                Answer answer = frontend.caller().post(path, new Multipart().file(field, "doge.jpg", SMALL));
                assertEquals(200, answer.status(), answer.text());
                assertEquals("daisy", answer.predictions().getJsonObject(0).getString("label"));
            }
        }
    }

    @Test
    void aFormMayHaveSeveralPicturesAndOtherFieldsBetween() {
        Answer answer = frontend.caller()
                .post(
                        "/predict",
                        new Multipart()
                                .file("a", "a.png", SMALL)
                                .field("comment", "not a picture")
                                .file("b", "b.jpg", LARGE));

        assertEquals(2, answer.predictions().size());
        assertEquals(List.of(SMALL.length, LARGE.length), taken().input().parts());
    }

    @Test
    void whatTheClientSentReachesTheWorkerByteForByte() {
        frontend.caller().post("/predict", "image/jpeg", LARGE);
        assertArrayEquals(LARGE, payload(taken()));
        frontend.caller()
                .post("/predict", new Multipart().file("a", "a.jpg", LARGE).file("b", "b.png", SMALL));
        byte[] both = payload(taken());
        assertArrayEquals(LARGE, Arrays.copyOf(both, LARGE.length));
        assertArrayEquals(SMALL, Arrays.copyOfRange(both, LARGE.length, both.length));
    }

    @Test
    void aBarePictureNeedsNoForm() {
        for (String type : List.of("image/png", "application/octet-stream", "image/png; charset=binary")) {
            assertEquals(200, frontend.caller().post("/predict", type, SMALL).status());
        }
    }

    @Test
    void picturesMayComeAsBase64InJson() {
        String base64 = Base64.getEncoder().encodeToString(SMALL);
        JsonObject named = new JsonObject().put("b64", base64);
        for (String body : List.of(
                new JsonObject().put("image", base64).encode(),
                new JsonObject().put("image", "data:image/png;base64," + base64).encode(),
                named.encode(),
                new JsonArray().add(named).encode(),
                new JsonObject().put("instances", new JsonArray().add(named)).encode(),
                new JsonObject().put("instances", new JsonArray().add(base64)).encode())) {
            Answer answer = frontend.caller().postJson("/predict", body);
            assertEquals(200, answer.status(), answer.text());
            assertArrayEquals(SMALL, payload(taken()));
        }
    }

    private static TakenJob taken() {
        return Objects.requireNonNull(TAKEN.poll());
    }

    private static byte[] payload(TakenJob job) {
        ByteBuffer payload = Objects.requireNonNull(job.payload());
        byte[] bytes = new byte[payload.remaining()];
        payload.get(0, bytes);
        return bytes;
    }
}
