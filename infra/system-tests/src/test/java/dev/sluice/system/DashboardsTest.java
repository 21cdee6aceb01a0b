package dev.sluice.system;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.chaos.Integration;
import dev.sluice.system.SluiceClient.Answer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every query of every dashboard, asked of a real Prometheus and Postgres that a running Sluice has fed, returns data. */
@ExtendWith(RunningSluice.Shared.class)
@Integration
class DashboardsTest {
    private static final List<String> DASHBOARDS = List.of("serving", "models", "queue");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** Drift is told from 300 predictions on. */
    private static final int ROWS = 400;

    private final RunningSluice sluice;

    DashboardsTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @BeforeEach
    void startPrometheus() {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, "prometheus"))
                        .anyMatch(File::canExecute),
                "prometheus is not installed");
        sluice.sluice("start", "prometheus");
    }

    @AfterEach
    void stopPrometheus() {
        sluice.sluice("stop", "prometheus");
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        SluiceClient monitor = new SluiceClient(sluice.management("monitor"));
        assertEquals(
                200,
                sluice.api(1)
                        .postJson(
                                "/v1/models/iris/predict",
                                "[" + (Rows.SETOSA + ",").repeat(ROWS) + Rows.VIRGINICA + "]")
                        .status());
        askForARetraining();
        Set<String> empty = new TreeSet<>();
        eventually("every panel shows something", LIMIT, () -> {
            // Rates need requests between two scrapes.
            predictAndTellTheTruth();
            Eventually.pass(Duration.ofSeconds(1));
            empty.clear();
            for (String dashboard : DASHBOARDS) {
                for (JsonNode panel :
                        monitor.get("/dashboards/" + dashboard + ".json").body().path("panels")) {
                    if (!showsSomething(monitor, dashboard, panel.path("id").asInt())) {
                        empty.add(dashboard + ": " + panel.path("title").asText());
                    }
                }
            }
            System.out.println("panels without data: " + empty);
            return empty.isEmpty();
        });
    }

    @Test
    void thePagesAreThereAndWhatIsNotThereIsSaid() {
        SluiceClient monitor = new SluiceClient(sluice.management("monitor"));
        for (String page : List.of("serving", "models", "queue", "page.js", "page.css", "chart.js")) {
            assertEquals(200, monitor.get("/dashboards/" + page).status(), page);
        }
        assertEquals(404, monitor.get("/dashboards/none").status());
        assertEquals(404, monitor.get("/dashboards/serving/panels/99").status());
        assertEquals(404, monitor.get("/dashboards/../metrics.json").status());
        assertEquals(
                422,
                monitor.get("/dashboards/serving/panels/3?model=%22%7D%29").status(),
                "no query is made of a name");
    }

    @Test
    void withoutPrometheusThePanelsSayIt() {
        sluice.sluice("stop", "prometheus");
        Answer answer = new SluiceClient(sluice.management("monitor")).get("/dashboards/serving/panels/1");
        assertEquals(503, answer.status());
        assertTrue(answer.body().path("detail").asText().contains("refused"), answer.text());
    }

    private static boolean showsSomething(SluiceClient monitor, String dashboard, int panel) {
        Answer answer = monitor.get("/dashboards/%s/panels/%d".formatted(dashboard, panel));
        assertEquals(200, answer.status(), answer.text());
        boolean lines = false;
        for (JsonNode line : answer.body().path("lines")) {
            lines |= !line.path("points").isEmpty();
        }
        return lines || !answer.body().path("rows").isEmpty();
    }

    private void predictAndTellTheTruth() {
        SluiceClient api = sluice.api(1);
        Answer one = api.postJson("/v1/models/iris/predict", Rows.SETOSA);
        Answer told = api.postJson(
                "/v1/jobs/%s/feedback".formatted(one.body().path("job_id").asText()), "{\"truth\": [\"setosa\"]}");
        assertEquals(202, told.status(), told.text());
        assertEquals(422, api.postJson("/v1/models/iris/predict", "{}").status());
        assertEquals(
                200,
                api.postFiles("/predict", "image", List.of(RunningSluice.sample("flower.jpg")))
                        .status());
    }

    private void askForARetraining() throws IOException {
        String token = Files.readString(sluice.home().resolve("prometheus/hook-token"));
        String alert = """
                {"version": "4", "status": "firing", "alerts": [{"status": "firing", "fingerprint": "dashboards",
                 "startsAt": "2026-01-01T00:00:00Z",
                 "labels": {"alertname": "ModelInputDrift", "model": "iris", "alias": "champion", "response": "retrain"}}]}""";
        Answer answer = new SluiceClient(sluice.management("monitor"))
                .postJson("/hooks/alertmanager", alert, "Authorization", "Bearer " + token);
        assertTrue(answer.status() / 100 == 2, answer.text());
    }
}
