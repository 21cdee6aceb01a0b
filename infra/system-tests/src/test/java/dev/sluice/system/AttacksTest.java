package dev.sluice.system;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.ProcessMemory;
import dev.sluice.job.Content;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.picture.MutatedPictures;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PixelBombs;
import dev.sluice.queue.Acceptance;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisLink;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.telemetry.LogFaults;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorHeader;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile input to the whole system: nothing fails inside, nothing is run, and the same workers are there afterwards. */
@ExtendWith(RunningSluice.Shared.class)
class AttacksTest {
    private static final String IMAGENET = "/v1/models/imagenet/predict";
    private static final List<String> PROCESSES = List.of("api-1", "api-2", "worker-1", "worker-2");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int AT_ONCE = 8;
    private static final double SHARE_DECODED = 0.3;
    private static final long WIDE_BOUND = 400L << 20;

    private final RunningSluice sluice;
    private List<String> before = List.of();

    @TempDir
    Path folder;

    AttacksTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @BeforeEach
    void noteWhoIsThere() {
        before = lives();
    }

    @AfterEach
    void nobodyDied() {
        assertEquals(before, lives());
        Answer answer = sluice.api(1).postJson("/v1/models/iris/predict", Rows.SETOSA);
        assertEquals(200, answer.status(), answer.text());
    }

    @ParameterizedTest
    @EnumSource
    void aMutatedPictureIsAnsweredOrRefused(PictureFormat format) throws IOException {
        int count = ChaosForm.count(100, 1_000);
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<CompletableFuture<Answer>> under = new ArrayList<>();
        for (byte[] picture :
                (Iterable<byte[]>) MutatedPictures.of(flower(format), format, ChaosForm.seed(), count)::iterator) {
            under.add(sluice.api(1 + under.size() % 2)
                    .postAsync(IMAGENET, "application/octet-stream", picture, "X-Sluice-Deadline-Ms", "60000"));
            if (under.size() == AT_ONCE) {
                note(under, statuses);
            }
        }
        note(under, statuses);
        double share = statuses.getOrDefault(200, 0) / (double) count;
        System.out.printf(
                "S2 system, %s (%s): %d mutated, %.0f %% predicted, statuses %s%n",
                format, ChaosForm.describe(), count, 100 * share, statuses);
        assertTrue(
                statuses.keySet().stream().allMatch(status -> status == 200 || status / 100 == 4), statuses.toString());
        assertTrue(share >= SHARE_DECODED, statuses.toString());
    }

    @Test
    void pixelBombsNeedNoMemoryAnywhere() {
        List<byte[]> bombs = new ArrayList<>(PixelBombs.ofEachFormat());
        bombs.add(PixelBombs.jpegHidingItsSize(20_000));
        Map<String, Long> most = new TreeMap<>();
        PROCESSES.forEach(process -> most.put(process, peak(process)));
        for (int i = 0; i < 200; i++) {
            Answer answer =
                    sluice.api(1 + i % 2).post(IMAGENET, "application/octet-stream", bombs.get(i % bombs.size()));
            assertEquals(422, answer.status(), answer.text());
        }
        most.replaceAll((process, then) -> peak(process) - then);
        System.out.println("S1 system, 200 bombs: most memory grew by bytes " + most);
        assertTrue(most.values().stream().allMatch(grown -> grown < WIDE_BOUND), most.toString());
    }

    /** The header of one column. */
    private static final byte[] A_COLUMN =
            TensorHeader.of(List.of(Tensor.reals("sepal_length", 1))).bytes();

    /** Past the API, by whoever may write into Redis. */
    @Test
    void aPickleInTheQueueIsNotLoaded() throws Exception {
        Path marker = folder.resolve("loaded");
        byte[] pickle = Files.readAllBytes(pickle(marker));
        Vertx vertx = Vertx.vertx();
        try {
            RedisLink redis = RedisLink.open(vertx, sluice.redisUrl(), "system-test", Duration.ofSeconds(5));
            await(redis.connected());
            JobIntake intake = new JobIntake(redis, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
            for (String model : List.of("iris", "imagenet")) {
                Content content = model.equals("iris") ? Content.ROWS : Content.PICTURES;
                JobId id = JobId.random(Deployment.parse(model));
                Acceptance accepted = await(intake.accept(new Submission(
                        id,
                        Lane.BULK,
                        1,
                        content == Content.ROWS
                                ? new JobPayload(JobSchema.TENSORS, content, A_COLUMN, pickle, List.of())
                                : JobPayload.ofPictures(JobSchema.TENSORS, List.of(pickle)),
                        LIMIT,
                        sluice.api(1)
                                .get("/v1/models/" + model)
                                .body()
                                .path("signature_hash")
                                .asText(),
                        "",
                        "",
                        List.of(),
                        IdempotencyKey.NONE,
                        Retention.OUTCOME_TTL)));
                assertTrue(accepted instanceof Acceptance.Accepted, accepted.toString());
                Answer job = sluice.api(1).get("/v1/jobs/" + id, "Prefer", "wait=20");
                System.out.println("S11 by Redis, " + model + ": " + job.body().path("error"));
                // Rows that cannot be read are no work of the API's; a picture that cannot be decoded is a client's
                // fault.
                String expected = content == Content.ROWS ? "dead" : "failed";
                assertEquals(expected, job.body().path("state").asText(), job.text());
            }
        } finally {
            await(vertx.close());
        }
        assertFalse(Files.exists(marker), "the pickle was loaded");
    }

    @Test
    void aPickledModelInTheRegistryIsRejectedAndNotLoaded() throws Exception {
        Path marker = folder.resolve("loaded");
        sluice.python("""
                import pathlib, sys, tempfile
                import mlflow, yaml
                from mlflow import MlflowClient
                uri, name, pickle = sys.argv[1:]
                mlflow.set_tracking_uri(uri)
                client = MlflowClient(uri)
                flavor = {"pickled_model": "model.pkl", "serialization_format": "cloudpickle", "sklearn_version": "1"}
                with tempfile.TemporaryDirectory() as scratch, mlflow.start_run() as run:
                    folder = pathlib.Path(scratch)
                    (folder / "model.pkl").write_bytes(pathlib.Path(pickle).read_bytes())
                    loader = {"loader_module": "mlflow.sklearn", "model_path": "model.pkl"}
                    flavors = {"flavors": {"python_function": loader, "sklearn": flavor}}
                    (folder / "MLmodel").write_text(yaml.safe_dump(flavors))
                    client.log_artifacts(run.info.run_id, scratch, "model")
                    client.create_registered_model(name)
                    version = client.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id)
                    client.set_registered_model_alias(name, "champion", version.version)
                """, sluice.mlflowUrl(), "pickled", pickle(marker).toString());
        Eventually.eventually(
                "the pickled model is rejected",
                LIMIT,
                () -> sluice.api(1).get("/v1/models/pickled").text().contains("Rejected"));
        String reason = sluice.api(1)
                .get("/v1/models/pickled")
                .body()
                .path("rollout")
                .path("reason")
                .asText();
        System.out.println("S11 from the registry: " + reason);
        assertTrue(reason.contains("log it as ONNX"), reason);
        assertEquals(
                503,
                sluice.api(1)
                        .postJson("/v1/models/pickled/predict", Rows.SETOSA)
                        .status());
        assertFalse(Files.exists(marker), "the pickle was loaded");
    }

    @Test
    void noHostileInputLeftAnErrorInTheApisLog() throws IOException {
        for (int api = 1; api <= 2; api++) {
            try (Stream<String> log = Files.lines(sluice.home().resolve("logs/api-%d.log".formatted(api)))) {
                assertEquals(List.of(), LogFaults.in(log));
            }
        }
    }

    /** One that makes the marker when it is loaded. */
    private Path pickle(Path marker) {
        Path file = folder.resolve("model.pkl");
        sluice.python("""
                import pathlib, pickle, sys
                class Owned:
                    def __reduce__(self):
                        return pathlib.Path.touch, (pathlib.Path(sys.argv[2]),)
                pathlib.Path(sys.argv[1]).write_bytes(pickle.dumps(Owned()))
                """, file.toString(), marker.toString());
        return file;
    }

    private static byte[] flower(PictureFormat format) throws IOException {
        return switch (format) {
            case JPEG -> SluiceClient.read(RunningSluice.sample("flower.jpg"));
            case GIF -> SluiceClient.read(RunningSluice.sample("flower.gif"));
            case WEBP -> SluiceClient.read(RunningSluice.sample("flower.webp"));
            case BMP -> SluiceClient.read(RunningSluice.sample("flower.bmp"));
            case PNG -> SluiceClient.read(RunningSluice.sample("palette.png"));
            case TIFF -> {
                ByteArrayOutputStream tiff = new ByteArrayOutputStream();
                ImageIO.write(ImageIO.read(RunningSluice.sample("flower.bmp").toFile()), "tiff", tiff);
                yield tiff.toByteArray();
            }
        };
    }

    private static void note(List<CompletableFuture<Answer>> under, Map<Integer, Integer> statuses) {
        under.forEach(answer -> statuses.merge(SluiceClient.await(answer).status(), 1, Integer::sum));
        under.clear();
    }

    /** Each process by its id, each worker by the name of its life. */
    private List<String> lives() {
        List<String> lives = new ArrayList<>();
        PROCESSES.forEach(process -> lives.add(process + " " + sluice.pid(process) + " "
                + ProcessHandle.of(sluice.pid(process)).map(ProcessHandle::isAlive)));
        return lives;
    }

    private long peak(String process) {
        return ProcessMemory.peakOf(sluice.pid(process)).orElse(0);
    }
}
