package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.system.SluiceClient.Answer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people type, line by line, and what they get: right answers for right input, a problem that helps for wrong input. */
@ExtendWith(RunningSluice.Shared.class)
class PeopleTypeTest {
    private static final String IRIS = "/v1/models/iris/predict";
    private static final String IMAGENET = "/v1/models/imagenet/predict";
    private static final Path FLOWER = RunningSluice.sample("flower.jpg");

    private final SluiceClient api;

    PeopleTypeTest(RunningSluice sluice) {
        this.api = sluice.api(1);
    }

    @Test
    void aPictureByAnyFieldNameGoesToTheDefaultImageModel() {
        Answer answer = api.postFiles("/predict", "img_file", List.of(FLOWER));
        assertEquals(200, answer.status(), answer.text());
        assertEquals("daisy", answer.prediction(0).path("label").asText());
        assertEquals("imagenet", answer.body().path("model").asText());
        assertEquals(5, answer.prediction(0).path("top").size());
        assertTrue(answer.body().path("timing").path("infer_ms").asDouble() > 0, answer.text());
        assertTrue(answer.header("Server-Timing").contains("infer"), answer.header("Server-Timing"));
    }

    @Test
    void theModelOfAPictureIsChosenInTheQuery() {
        Answer answer =
                api.postFiles("/predict/?model=molecule-rings", "image", List.of(RunningSluice.sample("molecule.png")));
        assertEquals(200, answer.status(), answer.text());
        assertTrue(answer.prediction(0).path("label").asText().contains("ring"), answer.text());
    }

    @Test
    void aRowGoesToTheDefaultTabularModel() {
        Answer answer = api.postJson("/model/predict", Rows.HOUSE);
        assertEquals(200, answer.status(), answer.text());
        assertTrue(answer.prediction(0).path("value").isNumber(), answer.text());
    }

    @Test
    void everyBodyFormOfRowsGivesTheSameAnswer() {
        String split = """
                {"dataframe_split": {"columns": ["sepal_length", "sepal_width", "petal_length", "petal_width"],
                 "data": [[5.1, 3.5, 1.4, 0.2]]}}""";
        for (String body :
                List.of(Rows.SETOSA, "[" + Rows.SETOSA + "]", "{\"instances\": [" + Rows.SETOSA + "]}", split)) {
            Answer answer = api.postJson(IRIS, body);
            assertEquals(200, answer.status(), answer.text());
            assertEquals("setosa", answer.prediction(0).path("label").asText(), body);
        }
    }

    @Test
    void severalRowsAreAnsweredInTheirOrder() {
        Answer answer = api.postJson(IRIS, "[" + Rows.SETOSA + "," + Rows.VIRGINICA + "," + Rows.SETOSA + "]");
        assertEquals(200, answer.status(), answer.text());
        assertEquals(
                List.of("setosa", "virginica", "setosa"),
                List.of(
                        answer.prediction(0).path("label").asText(),
                        answer.prediction(1).path("label").asText(),
                        answer.prediction(2).path("label").asText()));
    }

    @Test
    void everyBodyFormOfPicturesGivesTheSameAnswer() {
        String base64 = Base64.getEncoder().encodeToString(SluiceClient.read(FLOWER));
        List<Answer> answers = List.of(
                api.post(IMAGENET, "image/jpeg", SluiceClient.read(FLOWER)),
                api.postFiles(IMAGENET, "image", List.of(FLOWER)),
                api.postJson(IMAGENET, "{\"instances\": [{\"b64\": \"" + base64 + "\"}]}"));
        for (Answer answer : answers) {
            assertEquals(200, answer.status(), answer.text());
            assertEquals("daisy", answer.prediction(0).path("label").asText());
        }
        Answer two = api.postFiles(IMAGENET, "image", List.of(FLOWER, RunningSluice.sample("china.jpg")));
        assertEquals(2, two.body().path("predictions").size(), two.text());
    }

    @Test
    void textAndNumbersMixedAreClassified() {
        Answer model = api.get("/v1/models/loan-approval");
        assertEquals(200, model.status(), model.text());
        assertTrue(model.text().contains("string"), "it has text columns: " + model.text());
    }

    @Test
    void thePagesForPeopleAreThere() {
        for (String path : List.of(
                "/",
                "/models/",
                "/deployed_version/",
                "/docs",
                "/v1/models",
                "/v1/status",
                "/health/live",
                "/health/ready")) {
            int status = api.get(path).status();
            assertTrue(status == 200 || status == 302 || status == 301, path + " answered " + status);
        }
    }

    @Test
    void aModelTellsItsVersionSignatureAndProfile() {
        Answer answer = api.get("/v1/models/imagenet@champion");
        assertEquals(200, answer.status(), answer.text());
        for (String field : List.of("version", "signature", "flavor", "batch_profile", "workers")) {
            assertTrue(answer.text().contains("\"" + field), field + " in " + answer.text());
        }
    }

    @Test
    void wrongInputGetsAProblemThatSaysWhatIsWrong() {
        refuse(404, api.postJson("/v1/models/no-such-model/predict", Rows.SETOSA), "iris");
        refuse(422, api.postJson(IRIS, "{\"sepal_length\": \"long\"}"), "sepal_width");
        refuse(422, api.postJson(IRIS, "{\"sepal_length\": NaN}".replace("NaN", "null")), "sepal_length");
        refuse(400, api.postJson(IRIS, "{\"sepal_length\": "), "JSON");
        refuse(415, api.post(IRIS, "text/plain", new byte[] {1}), "");
        refuse(422, api.postFiles(IMAGENET, "image", List.of(RunningSluice.sample("truncated.jpg"))), "");
        refuse(422, api.postFiles(IMAGENET, "image", List.of(RunningSluice.sample("bomb.png"))), "pixel");
        refuse(400, api.postJson(IRIS, ""), "");
        refuse(413, api.post(IMAGENET, "image/jpeg", new byte[64 << 20]), "");
        refuse(404, api.get("/v1/jobs/iris@champion~00000000000000000000000000000000"), "");
        refuse(404, api.get("/v1/jobs/nonsense"), "");
    }

    @Test
    void everyFaultOfEveryRowIsListed() {
        Answer answer = api.postJson(
                IRIS,
                "[" + Rows.SETOSA + ", {\"sepal_length\": \"a\", \"sepal_width\": \"b\", \"petal_length\": 1.0}]");
        assertEquals(422, answer.status(), answer.text());
        assertTrue(answer.body().path("errors").size() >= 3, answer.text());
    }

    @Test
    void anAsynchronousJobIsAnsweredWhenAsked() {
        Answer accepted = api.postJson(IRIS, Rows.SETOSA, "Prefer", "respond-async");
        assertEquals(202, accepted.status(), accepted.text());
        Answer job = api.get(accepted.header("Location"), "Prefer", "wait=20");
        assertEquals("done", job.body().path("state").asText(), job.text());
        assertTrue(job.text().contains("setosa"), job.text());
    }

    @Test
    void theSameIdempotencyKeyGetsTheFirstAnswer() {
        Answer first = api.postJson(IRIS, Rows.SETOSA, "Idempotency-Key", "once");
        Answer again = api.postJson(IRIS, Rows.SETOSA, "Idempotency-Key", "once");
        assertEquals(first.body().path("job_id"), again.body().path("job_id"));
        assertEquals(
                422,
                api.postJson(IRIS, Rows.VIRGINICA, "Idempotency-Key", "once").status());
    }

    private static void refuse(int status, Answer answer, String mentions) {
        assertEquals(status, answer.status(), answer.text());
        assertTrue(answer.header("Content-Type").startsWith("application/problem+json"), answer.header("Content-Type"));
        assertEquals(status, answer.body().path("status").asInt(), answer.text());
        assertFalse(answer.body().path("title").asText().isEmpty(), answer.text());
        assertTrue(answer.text().contains(mentions), mentions + " in " + answer.text());
    }
}
