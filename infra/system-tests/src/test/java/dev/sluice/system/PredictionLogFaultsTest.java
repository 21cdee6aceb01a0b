package dev.sluice.system;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.FaultTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever predicts does not notice that Postgres is away, and afterwards it has everything. */
@ExtendWith(RunningSluice.Shared.class)
class PredictionLogFaultsTest {
    private static final int PER_SECOND = 500;
    private static final int AT_ONCE = 5;
    private static final Duration CATCHING_UP = Duration.ofMinutes(2);

    private final RunningSluice sluice;

    PredictionLogFaultsTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    /** What became of rows that were sent at a steady pace. */
    private record Sent(Set<String> jobs, int failed, double p99Ms) {}

    @Test
    void r22PostgresAway() throws Exception {
        // A system that has only just started is slower than it will be.
        send(Duration.ofSeconds(ChaosForm.count(1, 20)));
        Sent before = send(Duration.ofSeconds(ChaosForm.count(2, 10)));
        sluice.sluice("stop", "postgres");
        Sent meanwhile = send(Duration.ofSeconds(ChaosForm.count(4, 60)));
        double waiting = metric("sluice_prediction_log_bytes{alias=\"champion\",model=\"iris\"}");
        sluice.sluice("start", "postgres");
        long back = System.nanoTime();
        Set<String> missing = new HashSet<>(before.jobs());
        missing.addAll(meanwhile.jobs());
        eventually("everything is in Postgres", CATCHING_UP, () -> {
            missing.removeAll(kept());
            return missing.isEmpty();
        });
        double caughtUp = (System.nanoTime() - back) / 1e9;
        double dropped = metric("sluice_prediction_log_dropped_items{alias=\"champion\",model=\"iris\"}");
        new FaultTable("PATH")
                .add(
                        "R22 Postgres away for %d s at %d rows/s".formatted(ChaosForm.count(4, 60), PER_SECOND),
                        waiting > 100_000,
                        "%.1f MB waited in Redis".formatted(waiting / 1e6),
                        PER_SECOND,
                        "%d predictions, %d failed, %.0f dropped; all in Postgres %.0f s after it was back; p99 %.0f ms before, %.0f ms meanwhile"
                                .formatted(
                                        before.jobs().size() + meanwhile.jobs().size(),
                                        before.failed() + meanwhile.failed(),
                                        dropped,
                                        caughtUp,
                                        before.p99Ms(),
                                        meanwhile.p99Ms()),
                        "0 failed, 0 dropped, none missing; p99 + ≤ 50 ms",
                        before.failed() + meanwhile.failed() == 0
                                && dropped == 0
                                && FaultTable.within(before.p99Ms() + 50, meanwhile.p99Ms()));
    }

    @Test
    void whatWasTrueIsFoundBesideWhatWasPredicted() throws Exception {
        Answer answer = sluice.api(1).postJson("/v1/models/iris/predict", Rows.SETOSA);
        String job = answer.body().path("job_id").asText();
        assertEquals(
                202,
                sluice.api(2)
                        .postJson("/v1/jobs/" + job + "/feedback", "{\"truth\": [\"setosa\"]}")
                        .status());
        eventually(
                "joined",
                CATCHING_UP,
                () -> query("select job from labelled_prediction where truth = output -> 'label'")
                        .contains(job));
    }

    private Sent send(Duration duration) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        Set<String> jobs = ConcurrentHashMap.newKeySet();
        List<Double> times = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger failed = new AtomicInteger();
        long begun = System.nanoTime();
        long rounds = duration.toSeconds() * PER_SECOND / AT_ONCE;
        for (long round = 0; round < rounds; round++) {
            long due = begun + round * AT_ONCE * 1_000_000_000L / PER_SECOND;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            for (int i = 0; i < AT_ONCE; i++) {
                long sent = System.nanoTime();
                all.add(sluice.api(1 + i % 2)
                        .postJsonAsync("/v1/models/iris/predict", Rows.SETOSA)
                        .thenAccept(answer -> {
                            times.add((System.nanoTime() - sent) / 1e6);
                            if (answer.status() == 200) {
                                jobs.add(answer.body().path("job_id").asText());
                            } else {
                                failed.incrementAndGet();
                            }
                        }));
            }
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        List<Double> sorted = times.stream().sorted().toList();
        return new Sent(jobs, failed.get(), sorted.get(sorted.size() * 99 / 100));
    }

    private Set<String> kept() throws SQLException, IOException {
        return query("select job from prediction where model = 'iris'");
    }

    private Set<String> query(String sql) throws SQLException, IOException {
        Set<String> found = new HashSet<>();
        try (Connection connection =
                        DriverManager.getConnection(sluice.jdbcUrl(), "sluice", sluice.databasePassword());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private double metric(String begin) throws Exception {
        double[] value = {Double.NaN};
        eventually(begin, CATCHING_UP, () -> {
            value[0] = new SluiceClient(sluice.management("monitor"))
                    .get("/metrics")
                    .text()
                    .lines()
                    .filter(line -> line.startsWith(begin))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .findFirst()
                    .orElse(Double.NaN);
            return !Double.isNaN(value[0]);
        });
        return value[0];
    }
}
