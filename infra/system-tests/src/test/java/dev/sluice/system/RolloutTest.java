package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.system.Load.Timed;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.FaultTable;
import dev.sluice.system.fault.QueueView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** Moving an alias is the deployment: no failed answer, every answer says which version made it, and what is bad never goes live. */
@ExtendWith(RunningSluice.Shared.class)
@Isolated("its bounds hold for a machine without other work")
class RolloutTest {
    private static final String RINGS = "/v1/models/molecule-rings/predict";
    private static final int MOVES = ChaosForm.count(20, 50);
    private static final int PER_SECOND = 50;
    private static final double SWITCH_PROMISED_MS = 5_000;
    private static final Duration SWITCH_LIMIT = Duration.ofSeconds(30);

    private final RunningSluice sluice;

    RolloutTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void anAliasMovedTwentyTimesUnderLoadCostsNoAnswer() throws Exception {
        byte[] molecule = SluiceClient.read(RunningSluice.sample("molecule.png"));
        List<Double> switches = new ArrayList<>();
        try (Load load = new Load(PER_SECOND, i -> sluice.api(1 + i % 2).postAsync(RINGS, "image/png", molecule))) {
            Eventually.eventually(
                    "answers flow",
                    Duration.ofSeconds(20),
                    () -> load.answered().size() > PER_SECOND);
            for (int move = 0; move < MOVES; move++) {
                String version = move % 2 == 0 ? "1" : "2";
                double moved = load.millis();
                moveAlias("molecule-rings", "champion", version);
                Eventually.eventually("answers of version " + version, SWITCH_LIMIT, () -> onlyFrom(load, version));
                switches.add(load.millis() - moved);
            }
            String live = MOVES % 2 == 0 ? "2" : "1";
            String broken = rejectedUnderLoad("molecule-rings", "broken", live);
            String changed = rejectedUnderLoad("iris", "signature", live("iris"));
            List<Timed> answers = load.finish();
            long failed =
                    answers.stream().filter(one -> one.answer().status() != 200).count();
            Set<String> versions = answers.stream()
                    .map(one -> one.answer().body().path("version").asText())
                    .collect(Collectors.toCollection(TreeSet::new));
            double perSecond = answers.size() / (load.millis() / 1000);
            double slowest =
                    switches.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
            table().add(
                            "R20 alias moved %d times under load".formatted(MOVES),
                            switches.size() == MOVES,
                            "%d switches; rejected: %s; %s".formatted(switches.size(), broken, changed),
                            perSecond,
                            "%d answers, %d failed, versions %s, slowest switch %.0f ms"
                                    .formatted(answers.size(), failed, versions, slowest),
                            "0 failed, good versions only, ≤ 5000 ms",
                            failed == 0
                                    && versions.equals(Set.of("1", "2"))
                                    && FaultTable.within(SWITCH_PROMISED_MS, slowest));
        }
    }

    /** Moves the alias to a spoilt version while answers flow, and back to the live one. @return why it was rejected */
    private String rejectedUnderLoad(String model, String how, String live) throws Exception {
        String spoilt = registerSpoilt(model, how);
        moveAlias(model, "champion", spoilt);
        Eventually.eventually(
                "the spoilt version is rejected",
                Duration.ofSeconds(30),
                () -> rollout(model, spoilt).contains("Rejected"));
        String reason = sluice.api(1)
                .get("/v1/models/" + model)
                .body()
                .path("rollout")
                .path("reason")
                .asText();
        moveAlias(model, "champion", live);
        return reason;
    }

    private FaultTable table() throws Exception {
        try (QueueView queue = new QueueView(sluice.redisUrl())) {
            return new FaultTable(queue.redisVersion());
        }
    }

    @Test
    void aVersionWithABrokenFileIsRejectedWithItsReasonAndTheLastGoodOneStays() throws Exception {
        String before = live("iris");
        String broken = registerSpoilt("iris", "broken");
        moveAlias("iris", "champion", broken);
        try {
            Eventually.eventually(
                    "the broken version is rejected",
                    Duration.ofSeconds(30),
                    () -> rollout("iris", broken).contains("Rejected"));
            String reason = rollout("iris", broken);
            System.out.println("broken file: " + reason);
            assertFalse(reason.contains(sluice.home().toString()), "clients need not know where files lie");
            Answer answer = sluice.api(1).postJson("/v1/models/iris/predict", Rows.SETOSA);
            assertEquals(200, answer.status(), answer.text());
            assertEquals(before, answer.body().path("version").asText());
        } finally {
            moveAlias("iris", "champion", before);
        }
    }

    @Test
    void aVersionWithAnotherInputSignatureIsRejectedWithItsReason() throws Exception {
        String before = live("iris");
        String changed = registerSpoilt("iris", "signature");
        moveAlias("iris", "champion", changed);
        try {
            Eventually.eventually(
                    "the other signature is rejected",
                    Duration.ofSeconds(30),
                    () -> rollout("iris", changed).contains("Rejected"));
            String reason = rollout("iris", changed);
            System.out.println("changed signature: " + reason);
            assertTrue(reason.contains("signature"), reason);
            assertEquals(before, live("iris"));
        } finally {
            moveAlias("iris", "champion", before);
        }
    }

    @Test
    void withMlflowStoppedPredictionsGoOnAndARestartedWorkerServesFromItsCache() throws Exception {
        sluice.sluice("stop", "mlflow");
        try {
            assertEquals(
                    200,
                    sluice.api(1)
                            .postJson("/v1/models/iris/predict", Rows.SETOSA)
                            .status());
            sluice.sluice("stop", "worker-2");
            sluice.sluice("restart", "worker-1");
            Answer answer =
                    sluice.api(1).postJson("/v1/models/iris/predict", Rows.SETOSA, "X-Sluice-Deadline-Ms", "30000");
            assertEquals(200, answer.status(), answer.text());
            table().add(
                            "R21 MLflow stopped, the only worker restarted",
                            true,
                            "MLflow down",
                            0,
                            "%d by version %s"
                                    .formatted(
                                            answer.status(),
                                            answer.body().path("version").asText()),
                            "the last good version, from the cache",
                            answer.status() == 200);
        } finally {
            sluice.sluice("start", "mlflow");
            sluice.sluice("start", "worker-2");
        }
    }

    /** The last ten answers all come from this version: no worker still serves the other one. */
    private static boolean onlyFrom(Load load, String version) {
        List<Timed> answered = load.answered();
        List<Timed> last = answered.subList(Math.max(0, answered.size() - 10), answered.size());
        return last.stream()
                .allMatch(one -> one.answer().body().path("version").asText().equals(version));
    }

    private String live(String model) {
        return sluice.api(1).get("/v1/models/" + model).body().path("version").asText();
    }

    /** What the API says of the rollout of this version, or nothing when it speaks of another. */
    private String rollout(String model, String version) {
        String rollout =
                sluice.api(1).get("/v1/models/" + model).body().path("rollout").toString();
        return rollout.contains("\"" + version + "\"") ? rollout : "";
    }

    private void moveAlias(String model, String alias, String version) {
        String body = "{\"name\": \"%s\", \"alias\": \"%s\", \"version\": \"%s\"}".formatted(model, alias, version);
        Answer moved = new SluiceClient(sluice.mlflowUrl()).postJson("/api/2.0/mlflow/registered-models/alias", body);
        assertEquals(200, moved.status(), moved.text());
    }

    /** Registers the champion's files once more, with its model file cut off or its signature changed. @return the new version */
    private String registerSpoilt(String model, String how) {
        String printed = sluice.python("""
                import pathlib, sys, tempfile
                from mlflow import MlflowClient
                from mlflow.artifacts import download_artifacts
                uri, model, how = sys.argv[1:]
                import mlflow
                mlflow.set_tracking_uri(uri)
                client = MlflowClient(uri)
                champion = client.get_model_version_by_alias(model, "champion")
                with tempfile.TemporaryDirectory() as scratch:
                    folder = pathlib.Path(download_artifacts(f"models:/{model}/{champion.version}", dst_path=scratch))
                    if how == "broken":
                        weights = next(file for file in folder.rglob("*") if file.suffix in (".onnx", ".pth"))
                        weights.write_bytes(weights.read_bytes()[:1000])
                    else:
                        mlmodel = folder / "MLmodel"
                        mlmodel.write_text(mlmodel.read_text().replace("petal_width", "petal_breadth"))
                    with mlflow.start_run() as run:
                        client.log_artifacts(run.info.run_id, str(folder), "model")
                    version = client.create_model_version(model, f"{run.info.artifact_uri}/model", run.info.run_id)
                print("VERSION", version.version)
                """, sluice.mlflowUrl(), model, how);
        return printed.lines()
                .filter(line -> line.startsWith("VERSION "))
                .map(line -> line.substring("VERSION ".length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError(printed));
    }
}
