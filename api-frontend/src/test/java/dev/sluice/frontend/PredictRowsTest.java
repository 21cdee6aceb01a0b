package dev.sluice.frontend;

import static dev.sluice.frontend.SampleDeployments.IRIS_ROW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.job.JobId;
import dev.sluice.redis.RealRedis;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in every form that people send them in. */
class PredictRowsTest {
    private static final String ROWS = "/v1/models/iris/predict";

    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker iris;
    private static PlainWorker housing;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis).serve(PlainWorker::echoOfThePositive);
        housing = PlainWorker.serving(
                        redis,
                        SampleDeployments.HOUSING,
                        SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000))
                .serve(PlainWorker::echo);
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
    }

    @AfterAll
    static void stop() {
        frontend.close();
        iris.close();
        housing.close();
        redis.close();
    }

    @Test
    void aRecordIsAnsweredWithItsPredictionItsVersionItsJobAndWhereTheTimeWent() {
        Answer answer = frontend.caller().postJson(ROWS, IRIS_ROW);

        assertEquals(200, answer.status(), answer.text());
        assertEquals(5.1, answer.firstValue());
        assertEquals("iris", answer.json().getString("model"));
        assertEquals("champion", answer.json().getString("alias"));
        assertEquals("7", answer.json().getString("version"));
        assertEquals(SampleDeployments.VERSION_ID, answer.json().getString("version_id"));
        assertTrue(JobId.parse(answer.json().getString("job_id")).isPresent());
        assertEquals(answer.json().getString("job_id"), answer.header("X-Sluice-Job-Id"));
        assertEquals(1.5, answer.json().getJsonObject("timing").getDouble("queue_ms"));
        assertEquals("queue;dur=1.5, decode;dur=0.25, infer;dur=2.0", answer.header("Server-Timing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[%s, %s]",
                "{\"instances\": [%s, %s]}",
                "{\"dataframe_records\": [%s, %s]}",
                "{\"dataframe_split\": {\"columns\": [\"petal_width\", \"petal_length\", \"sepal_width\", \"sepal_length\"],"
                        + " \"data\": [[0.2, 1.4, 3.5, 5.1], [0.2, 1.4, 3.5, 5.1]]}}",
                "{\"instances\": [[5.1, 3.5, 1.4, 0.2], [5.1, 3.5, 1.4, 0.2]]}"
            })
    void everyFormOfSeveralRowsMeansTheSame(String form) {
        Answer answer = frontend.caller().postJson(ROWS, form.formatted(IRIS_ROW, IRIS_ROW));

        assertEquals(200, answer.status(), answer.text());
        assertEquals(2, answer.predictions().size());
        assertEquals(5.1, answer.predictions().getJsonObject(1).getDouble("value"));
    }

    @Test
    void extraColumnsAreIgnoredAndNamedInAHeaderWhereThatIsSet() {
        String row = IRIS_ROW.replace("{", "{\"colour\": \"red\", \"größe, ca.\": [1], ");
        assertEquals(422, frontend.caller().postJson(ROWS, row).status(), "by default");
        try (RunningFrontend lenient =
                RunningFrontend.on(redis, settings -> settings.extraColumns = ExtraColumns.Policy.IGNORE)) {
            lenient.awaitDeployment("iris");
            Answer answer = lenient.caller().postJson(ROWS, row);
            assertEquals(200, answer.status(), answer.text());
            assertEquals(5.1, answer.firstValue());
            String ignored = "colour, gr%C3%B6%C3%9Fe%2C%20ca.";
            assertEquals(ignored, answer.header("X-Sluice-Ignored-Columns"));
            Answer accepted = lenient.caller().postJson(ROWS, row, "Prefer", "respond-async");
            assertEquals(202, accepted.status());
            assertEquals(ignored, accepted.header("X-Sluice-Ignored-Columns"));
            assertEquals("", lenient.caller().postJson(ROWS, IRIS_ROW).header("X-Sluice-Ignored-Columns"));
        }
    }

    @Test
    void theAddressThatPeopleAlreadyTypeUsesTheDefaultTabularModel() {
        for (String path : List.of("/model/predict", "/model/predict/")) {
            assertEquals(
                    "california-housing",
                    frontend.caller().postJson(path, IRIS_ROW).json().getString("model"));
        }
        assertEquals(
                "iris",
                frontend.caller()
                        .postJson("/model/predict?model=iris", IRIS_ROW)
                        .json()
                        .getString("model"));
    }

    @Test
    void aModelCanBeNamedWithItsAlias() {
        assertEquals(
                200,
                frontend.caller()
                        .postJson("/v1/models/iris@champion/predict", IRIS_ROW)
                        .status());
        Answer unknown = frontend.caller().postJson("/v1/models/iris@challenger/predict", IRIS_ROW);
        assertEquals(404, unknown.status());
        assertEquals(
                List.of("california-housing@champion", "iris@champion"),
                unknown.json().getJsonArray("models").getList());
    }

    @Test
    void whereSomeRowsFailTheOthersPredictionsComeAlong() {
        Answer answer = frontend.caller().postJson(ROWS, "[%s, %s]".formatted(IRIS_ROW, IRIS_ROW.replace("5.1", "-1")));

        assertEquals(500, answer.status());
        assertEquals("inference-failed", answer.problem());
        assertEquals(1, answer.errors().getJsonObject(0).getInteger("item"));
        assertEquals(5.1, answer.firstValue());
        assertEquals(null, answer.predictions().getValue(1));
    }

    @Test
    void theCallersTraceIsKeptAndGoesOnUnderASpanOfOurOwn() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Answer answer =
                frontend.caller().postJson(ROWS, IRIS_ROW, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");

        assertTrue(answer.header("traceparent").matches("00-" + trace + "-(?!00f067aa0ba902b7)[0-9a-f]{16}-01"));
        String made = frontend.caller()
                .postJson(ROWS, IRIS_ROW, "traceparent", "nonsense")
                .header("traceparent");
        assertTrue(made.matches("00-(?!" + trace + ")[0-9a-f]{32}-[0-9a-f]{16}-00"), made);
    }
}
