package dev.sluice.monitor;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Slow;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
import dev.sluice.model.VersionBaseline;
import dev.sluice.monitor.database.Database;
import dev.sluice.tensor.Datatype;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is live is held against its training data, by the predictions of the last while. */
@Slow
class DriftTest {
    private static final Deployment LOAN = Deployment.parse("loan@champion");
    private static final String BASELINE = """
            {"rows": 100,
             "features": [{"name": "income", "kind": "numeric", "edges": [10, 20], "counts": [25, 50, 25]},
                          {"name": "area", "kind": "categorical", "values": ["Rural", "Urban"], "counts": [60, 40, 0]}],
             "output": {"name": "label", "kind": "categorical", "values": ["no", "yes"], "counts": [50, 50, 0]}}""";

    private static RealServices services;

    @BeforeAll
    static void startServices() throws IOException {
        services = RealServices.start();
    }

    @AfterAll
    static void stopServices() throws IOException {
        services.close();
    }

    @Test
    void driftIsSeenAsSoonAsThereAreEnoughPredictionsAndGoesWithItsVersion() throws Exception {
        String address = services.postgres().newDatabase();
        DeploymentBoard board = new DeploymentBoard(services.link());
        goLive(board, "1");
        try (RunningMonitor monitor = monitor(address)) {
            Waiting.until("too few is said", () -> reportOf(monitor, "1").containsKey("too_few_samples"));
            assertTrue(Double.isNaN(monitor.metric("sluice_drift_psi")), "instead of a number");

            Database database = services.database(address);
            predict(database, "1", 0, 20);
            Waiting.until("samples", () -> monitor.metric(samples("1")) == 20);
            assertEquals(0, monitor.metric(psi("1", "income")), 1e-12);
            assertEquals(0, monitor.metric(psi("1", "area")), 1e-12);
            assertEquals(1, monitor.metric("sluice_drift_p_value" + labels("1", "income", "input")), 1e-12);

            predict(database, "1", 20, 20);
            Waiting.until("samples", () -> monitor.metric(samples("1")) == 40);
            // Shares 1/8, 1/4, 5/8 against 1/4, 1/2, 1/4.
            double expected = -0.125 * Math.log(0.5) - 0.25 * Math.log(0.5) + 0.375 * Math.log(2.5);
            assertEquals(expected, monitor.metric(psi("1", "income")), 1e-9);
            assertTrue(monitor.metric("sluice_drift_psi" + labels("1", "label", "output")) > 0);

            goLive(board, "2");
            Waiting.until("the new version is looked at", () -> monitor.metric(samples("2")) == 0);
            assertTrue(Double.isNaN(monitor.metric(psi("1", "income"))), "what is no longer live does not drift");
            await(database.close());
        }
    }

    @Test
    void howOftenItWasRightIsSeenByVersion() throws Exception {
        String address = services.postgres().newDatabase();
        try (RunningMonitor monitor = monitor(address)) {
            Database database = services.database(address);
            predict(database, "1", 0, 20);
            for (int i = 0; i < 20; i++) {
                say(database, i, i < 15 ? (i % 2 == 0 ? "\"no\"" : "\"yes\"") : "\"neither\"");
            }
            Waiting.until(
                    "labelled",
                    () -> monitor.metric("sluice_live_labelled_items{alias=\"champion\",model=\"loan\",version=\"1\"}")
                            == 20);
            assertEquals(
                    0.75,
                    monitor.metric("sluice_live_accuracy{alias=\"champion\",model=\"loan\",version=\"1\"}"),
                    1e-12);
            assertFalse(monitor.get("/metrics").body().contains("sluice_live_absolute_error{"));
            await(database.close());
        }
    }

    @Test
    void aVersionOfTheSameNumberDoesNotInheritThePredictionsOfTheOldOne() throws Exception {
        String address = services.postgres().newDatabase();
        try (RunningMonitor monitor = monitor(address)) {
            Database database = services.database(address);
            DeploymentBoard board = new DeploymentBoard(services.link());
            goLive(board, "1", "1-00000000000a");
            predict(database, "1", "1-00000000000a", 0, 20);
            for (int i = 0; i < 20; i++) {
                say(database, i, i % 2 == 0 ? "\"no\"" : "\"yes\"");
            }
            Waiting.until("samples", () -> monitor.metric(samples("1")) == 20);
            Waiting.until(
                    "accuracy",
                    () -> monitor.metric("sluice_live_accuracy{alias=\"champion\",model=\"loan\",version=\"1\"}") == 1);

            goLive(board, "1", "1-00000000000b");
            Waiting.until("no samples of the new one", () -> monitor.metric(samples("1")) == 0);
            predict(database, "1", "1-00000000000b", 20, 20);
            say(database, 20, "\"no\"");
            Waiting.until("samples of the new one", () -> monitor.metric(samples("1")) == 20);
            Waiting.until(
                    "accuracy of the new one",
                    () -> monitor.metric("sluice_live_accuracy{alias=\"champion\",model=\"loan\",version=\"1\"}") == 0);
            await(database.close());
        }
    }

    @Test
    void twoDeploymentsOfOneVersionAreMeasuredApart() throws Exception {
        String address = services.postgres().newDatabase();
        DeploymentBoard board = new DeploymentBoard(services.link());
        Deployment shadow = Deployment.parse("loan@shadow");
        goLive(board, LOAN, "1", "");
        goLive(board, shadow, "1", "");
        try (RunningMonitor monitor = monitor(address)) {
            Database database = services.database(address);
            predict(database, LOAN, "1", "", 0, 20);
            predict(database, shadow, "1", "", 20, 20);
            for (int i = 0; i < 40; i++) {
                say(database, i, i % 2 == 0 ? "\"no\"" : "\"yes\"");
            }
            Waiting.until("samples", () -> monitor.metric(samples("1").replace("champion", "shadow")) == 20);
            assertEquals(20, monitor.metric(samples("1")));
            assertEquals(0, monitor.metric(psi("1", "income")), 1e-12);
            assertTrue(monitor.metric(psi("1", "income").replace("champion", "shadow")) > 0);
            Waiting.until(
                    "accuracy",
                    () -> monitor.metric("sluice_live_accuracy{alias=\"shadow\",model=\"loan\",version=\"1\"}") == 0.5);
            assertEquals(1, monitor.metric("sluice_live_accuracy{alias=\"champion\",model=\"loan\",version=\"1\"}"));
            await(database.close());
        } finally {
            await(services.link().send(Request.cmd(Command.FLUSHALL)));
        }
    }

    @Test
    void aNumberThatNoDoubleHoldsDoesNotHideTheErrorsOfOtherModels() throws Exception {
        String address = services.postgres().newDatabase();
        try (RunningMonitor monitor = monitor(address)) {
            Database database = services.database(address);
            predict(database, LOAN, "1", "", 0, 2);
            await(database.run("update prediction set output = '{\"value\": 1}'"));
            say(database, 0, "1e400");
            say(database, 1, "3");
            Waiting.until(
                    "the mean of 1e100 and 2",
                    () -> monitor.metric("sluice_live_absolute_error{alias=\"champion\",model=\"loan\",version=\"1\"}")
                            == 5e99);
            await(database.close());
        }
    }

    private static RunningMonitor monitor(String database) {
        return RunningMonitor.on(services.redis().url(), database, settings -> {
            settings.driftInterval = Duration.ofMillis(100);
            settings.driftLeastSamples = 20;
        });
    }

    private static void goLive(DeploymentBoard board, String version) {
        goLive(board, version, "");
    }

    private static void goLive(DeploymentBoard board, String version, String versionId) {
        goLive(board, LOAN, version, versionId);
    }

    private static void goLive(DeploymentBoard board, Deployment deployment, String version, String versionId) {
        LiveVersion live = new LiveVersion(
                version,
                "tabular-classification",
                "onnx",
                "OnnxRuntime",
                "For tests.",
                new Signature(List.of(InputTensor.column("income", Datatype.FP64, true))),
                "hash",
                new BatchProfile(List.of(new BatchProfile.Point(32, 100))),
                0,
                versionId);
        await(board.writeLive(deployment, live));
        await(board.writeBaseline(deployment, new VersionBaseline(version, versionId, BASELINE)));
    }

    /** The first twenty as in training, all later ones with much income. */
    private static void predict(Database database, String version, int from, int count) {
        predict(database, version, "", from, count);
    }

    private static void predict(Database database, String version, String versionId, int from, int count) {
        predict(database, LOAN, version, versionId, from, count);
    }

    private static void predict(
            Database database, Deployment deployment, String version, String versionId, int from, int count) {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        String day = now.toLocalDate().toString();
        await(database.run(
                "create table if not exists prediction_%s partition of prediction for values from ('%s') to ('%s')"
                        .formatted(
                                day.replace('-', '_'),
                                day + " 00:00:00+00",
                                now.toLocalDate().plusDays(1) + " 00:00:00+00")));
        for (int i = from; i < from + count; i++) {
            double income = i >= 20 ? 25 : new double[] {10, 15, 20, 21}[i % 4];
            JsonObject input = new JsonObject().put("income", income).put("area", i % 5 < 3 ? "Rural" : "Urban");
            JsonObject output = new JsonObject().put("label", i % 2 == 0 && i < 20 ? "no" : "yes");
            await(database.run(
                    """
                    insert into prediction (finished, job, item, model, alias, version, content, input, output,
                      accepted, started, batch, queue_ms, decode_ms, infer_ms, version_id)
                    values ($1, $2, 0, 'loan', $7, $3, 'rows', $4::text::jsonb, $5::text::jsonb, $1, $1, 1, 0, 0, 0, $6)""",
                    Tuple.of(
                            now, "job-" + i, version, input.encode(), output.encode(), versionId, deployment.alias())));
        }
    }

    private static void say(Database database, int job, String truth) {
        await(database.run(
                "insert into feedback (job, item, model, alias, truth, given) values ($1, 0, 'loan', 'champion', $2::text::jsonb, now())",
                Tuple.of("job-" + job, truth)));
    }

    private static JsonObject reportOf(RunningMonitor monitor, String version) {
        return monitor.json("/v1/drift").getJsonArray("versions").stream()
                .map(JsonObject.class::cast)
                .filter(report -> report.getString("version").equals(version))
                .findFirst()
                .orElse(new JsonObject());
    }

    private static String samples(String version) {
        return "sluice_drift_samples{alias=\"champion\",model=\"loan\",version=\"%s\"}".formatted(version);
    }

    private static String psi(String version, String feature) {
        return "sluice_drift_psi" + labels(version, feature, "input");
    }

    private static String labels(String version, String feature, String kind) {
        return "{alias=\"champion\",feature=\"%s\",kind=\"%s\",model=\"loan\",version=\"%s\"}"
                .formatted(feature, kind, version);
    }
}
