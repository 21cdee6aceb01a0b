package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.system.SluiceClient.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What operators see: metrics by their documented names, and one trace id through both logs. */
@ExtendWith(RunningSluice.Shared.class)
class SeenFromOutsideTest {
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final RunningSluice sluice;

    SeenFromOutsideTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void everyProcessExportsItsMetrics() throws Exception {
        for (int api = 1; api <= 2; api++) {
            assertEquals(
                    200,
                    sluice.api(api)
                            .postJson("/v1/models/iris/predict", Rows.SETOSA)
                            .status());
            assertEquals(
                    422,
                    sluice.api(api).postJson("/v1/models/iris/predict", "{}").status());
        }
        exports(
                "api-1",
                List.of(
                        "sluice_http_requests_seconds",
                        "sluice_phase_seconds",
                        "sluice_waiters",
                        "sluice_body_held_bytes",
                        "sluice_queue_open_items",
                        "sluice_queue_backlog_seconds",
                        "sluice_redis_connected"));
        exports(
                "worker-1",
                List.of(
                        "sluice_phase_seconds",
                        "sluice_batch_items",
                        "sluice_items_total",
                        "sluice_jobs_fenced_total",
                        "sluice_rollouts_total",
                        "sluice_live",
                        "sluice_redis_connected"));
        exports(
                "monitor",
                List.of(
                        "sluice_prediction_log_bytes",
                        "sluice_prediction_log_dropped_items",
                        "sluice_drift_samples",
                        "sluice_retraining_running",
                        "sluice_redis_connected"));
    }

    @Test
    void aTraceIdGoesThroughTheJobIntoBothLogs() throws Exception {
        // Its header is whole, so the API accepts it; its pixels are not, so the worker fails it and says so.
        Answer answer = sluice.api(1)
                .post(
                        "/v1/models/imagenet/predict",
                        "image/jpeg",
                        SluiceClient.read(RunningSluice.sample("truncated.jpg")),
                        "traceparent",
                        "00-" + TRACE_ID + "-00f067aa0ba902b7-01");
        assertEquals(422, answer.status(), answer.text());
        Path logs = sluice.home().resolve("logs");
        Eventually.eventually("the API's log holds the trace id", Duration.ofSeconds(10), () -> logHolds(logs, "api-"));
        Eventually.eventually(
                "a worker's log holds the trace id", Duration.ofSeconds(10), () -> logHolds(logs, "worker-"));
    }

    private static boolean logHolds(Path logs, String process) throws java.io.IOException {
        for (int number = 1; number <= 2; number++) {
            if (Files.readString(logs.resolve(process + number + ".log")).contains(TRACE_ID)) {
                return true;
            }
        }
        return false;
    }

    /** Some appear only after the first poll of what they measure. */
    private void exports(String process, List<String> names) throws Exception {
        SluiceClient management = new SluiceClient(sluice.management(process));
        Eventually.eventually(process + " exports " + names, Duration.ofSeconds(60), () -> {
            Set<String> families = management
                    .get("/metrics")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE sluice_"))
                    .map(line -> line.split(" ")[2])
                    .collect(Collectors.toCollection(TreeSet::new));
            return families.containsAll(names);
        });
    }
}
