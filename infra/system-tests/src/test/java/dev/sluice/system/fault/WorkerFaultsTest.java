package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.system.Eventually;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Workers die, sleep, hang and come back; every accepted request is answered right, once. */
@OnEachRedis
@Isolated("its bounds hold for a machine without other work")
class WorkerFaultsTest {
    private static final Duration ARRIVED_AFTER = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";

    private final Rig rig;
    private final FaultTable table;

    WorkerFaultsTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void r1KilledInTheMiddleOfABatch() throws Exception {
        int kills = ChaosForm.count(3, 20);
        long least = Long.MAX_VALUE;
        long reclaimed = 0;
        List<Double> afterKill = new ArrayList<>();
        List<Told> all = new ArrayList<>();
        long doubles = 0;
        double seconds = 0;
        for (int kill = 0; kill < kills; kill++) {
            ServerProcess victim = rig.worker(1 + kill % 2);
            long before = reclaimed();
            Traffic traffic = burst(200, 100);
            awaitHeldBy(victim);
            double killed = traffic.millis();
            victim.kill();
            List<Told> told = traffic.finish();
            seconds += traffic.millis() / 1e3;
            all.addAll(told);
            doubles += Traffic.doubles(told, rig.api(1).client());
            told.stream()
                    .map(one -> one.doneMs() - killed)
                    .filter(after -> after > 0)
                    .forEach(afterKill::add);
            long now = reclaimed() - before;
            reclaimed += now;
            least = Math.min(least, now);
            victim.startAgain();
            victim.awaitReady();
        }
        double p99 = Traffic.quantile(0.99, afterKill);
        table.add(
                "R1 kill -9 of one of two workers mid-batch, 200 in flight, %d times".formatted(kills),
                least > 0,
                "%d jobs reclaimed, at least %d a kill".formatted(reclaimed, least),
                all.size() / seconds,
                "%s, double %d; after the kill p99 %.0f ms".formatted(Traffic.summary(all), doubles, p99),
                "lost, wrong, double 0; p99 ≤ 3500 ms",
                Traffic.allRight(all) && doubles == 0 && FaultTable.within(3_500, p99));
    }

    @Test
    void r2StoppedAndWokenAgain() throws Exception {
        wakesUpTooLate("R2 SIGSTOP", rig.worker(1)::pause, rig.worker(1)::resume);
    }

    @Test
    void r2CutOffFromRedisAndConnectedAgain() throws Exception {
        TcpProxy network = rig.worker(1).network();
        wakesUpTooLate("R2 cut off from Redis", network::cut, network::mend);
    }

    @Test
    void r38StoppedWhileRedisIsSilentAndResultsWait() throws Exception {
        try (ServerProcess worker = rig.startWorker("cut-off", Map.of("SLUICE_DRAIN_TIMEOUT", "3s"))) {
            worker.awaitReady();
            long before = reclaimed();
            Traffic traffic = burst(200, 100);
            awaitHeldBy(worker);
            worker.network().cut();
            double stopped = traffic.millis();
            worker.terminate();
            // --drain-timeout, and 10 s to unregister and to close.
            worker.awaitEnd(Duration.ofSeconds(13));
            double endedAfter = traffic.millis() - stopped;
            List<Told> told = traffic.finish();
            long reclaimed = reclaimed() - before;
            table.add(
                    "R38 SIGTERM to a worker whose Redis is silent, mid-batch",
                    reclaimed > 0,
                    "%d jobs reclaimed".formatted(reclaimed),
                    told.size() / (traffic.millis() / 1e3),
                    "%s; ended after %.0f ms".formatted(Traffic.summary(told), endedAfter),
                    "all right; ended within --drain-timeout (3 s) and 10 s",
                    Traffic.allRight(told) && FaultTable.within(13_000, endedAfter));
        }
    }

    @Test
    void r3SlowButAliveIsNotRobbed() throws Exception {
        int slowMs = ChaosForm.count(8_000, 20_000);
        long spin = turnsFor(slowMs);
        long reclaimedBefore = reclaimed();
        Traffic slow = burst(1, spin);
        eventually("the slow one runs", LIMIT, () -> held(rig.worker(1)) + held(rig.worker(2)) > 0);
        double begun = slow.millis();
        rig.redis().pause();
        Eventually.pass(Duration.ofSeconds(3));
        rig.redis().resume();
        Traffic quick = burst(50, 1);
        List<Told> besides = quick.finish();
        double besidesMs = quick.millis();
        List<Told> told = slow.finish();
        double tookMs = slow.millis() - begun;
        long reclaimed = reclaimed() - reclaimedBefore;
        table.add(
                "R3 slow but alive, Redis stopped for 3 s meanwhile",
                tookMs > slowMs / 2.0,
                "an inference of %.0f ms".formatted(tookMs),
                besides.size() / (besidesMs / 1e3),
                "the slow one %s, robbed %d; 50 others %s in %.0f ms"
                        .formatted(Traffic.summary(told), reclaimed, Traffic.summary(besides), besidesMs),
                "not robbed; others not held back: before it ended",
                Traffic.allRight(told)
                        && Traffic.allRight(besides)
                        && reclaimed == 0
                        && quick.beganMs(slow) + besidesMs < tookMs + begun);
    }

    @Test
    void r4AllWorkersAreDead() throws Exception {
        try (ServerProcess api = rig.startApi("short-grace-api", Map.of("SLUICE_WORKER_GRACE", "4s"))) {
            api.awaitReady();
            rig.worker(1).kill();
            rig.worker(2).kill();
            SluiceClient client = api.client();
            Answer late = client.postJson(Probe.PATH, Probe.row(1, 0), DEADLINE, "1500");
            String id = late.body().path("job_id").asText();
            eventually(
                    "the grace has passed",
                    LIMIT,
                    () -> client.postJson(Probe.PATH, Probe.row(1, 0), DEADLINE, "200")
                                    .status()
                            == 503);
            Answer refused = client.postJson(Probe.PATH, Probe.row(1, 0));
            Answer accepted = client.postJson(Probe.PATH, Probe.row(4.5, 0), "Prefer", "respond-async");
            rig.worker(1).startAgain();
            rig.worker(1).awaitReady();
            String location = accepted.header("Location");
            Answer done = client.get(location, "Prefer", "wait=30");
            table.add(
                    "R4 all workers dead",
                    !id.isEmpty(),
                    "both killed",
                    0,
                    "synchronous %d with job id, then %d (Retry-After %s); asynchronous %d, then %s"
                            .formatted(
                                    late.status(),
                                    refused.status(),
                                    refused.header("Retry-After"),
                                    accepted.status(),
                                    done.body().path("state").asText()),
                    "504, then 503 + Retry-After; 202, then done",
                    late.status() == 504
                            && refused.status() == 503
                            && !refused.header("Retry-After").isEmpty()
                            && accepted.status() == 202
                            && done.body()
                                            .path("result")
                                            .path("predictions")
                                            .path(0)
                                            .path("value")
                                            .asDouble()
                                    == 4.5);
        }
    }

    @Test
    void r12AndR19AJobThatHangsHaltsItsWorkerAndEndsAsADeadLetter() throws Exception {
        rig.worker(1).terminate();
        rig.worker(2).terminate();
        List<ServerProcess> workers = new ArrayList<>();
        try {
            for (int number = 1; number <= 4; number++) {
                workers.add(rig.startWorker("impatient-" + number, Map.of("SLUICE_INFERENCE_LIMIT", "2s")));
            }
            for (ServerProcess worker : workers) {
                worker.awaitReady();
            }
            long before = reclaimed();
            SluiceClient client = rig.api(1).client();
            CompletableFuture<Answer> poison = client.postJsonAsync(
                    Probe.PATH,
                    Probe.row(0, Probe.FOR_EVER),
                    DEADLINE,
                    "60000",
                    "Idempotency-Key",
                    "poison-" + System.nanoTime());
            Traffic neighbours = burst(60, 10);
            List<Told> told = neighbours.finish();
            double seconds = neighbours.millis() / 1e3;
            Answer dead = SluiceClient.await(poison);
            JsonNode job = client.get("/v1/jobs/" + dead.body().path("job_id").asText())
                    .body();
            Eventually.eventually(
                    "three workers have left",
                    LIMIT,
                    () -> workers.stream().filter(ServerProcess::isAlive).count() == 1);
            boolean halted =
                    workers.stream().filter(worker -> !worker.isAlive()).allMatch(worker -> worker.exitStatus() == 70);
            table.add(
                    "R12, R19 a job that hangs its worker",
                    halted,
                    "3 workers halted by the watchdog, %d jobs reclaimed".formatted(reclaimed() - before),
                    told.size() / seconds,
                    "the job: %d, %s after %d deaths; 60 neighbours %s"
                            .formatted(
                                    dead.status(),
                                    job.path("state").asText(),
                                    job.path("deaths").asInt(),
                                    Traffic.summary(told)),
                    "≤ 3 deliveries, then dead letter; neighbours right",
                    dead.status() == 500
                            && job.path("state").asText().equals("dead")
                            && job.path("deaths").asInt() == 3
                            && Traffic.allRight(told));
        } finally {
            for (ServerProcess worker : workers) {
                worker.close();
            }
        }
    }

    @Test
    void r13AndR14OneBadItemCostsOneAnswer() throws Exception {
        for (int number = 1; number <= 2; number++) {
            rig.worker(number).terminate();
            rig.worker(number).awaitEnd(LIMIT);
        }
        try (ServerProcess worker = rig.startWorker("one-loop", Map.of("SLUICE_THREADS", "1"))) {
            worker.awaitReady();
            oneBadItemBehindABlocker(worker);
        }
    }

    private void oneBadItemBehindABlocker(ServerProcess worker) throws Exception {
        long spin = turnsFor(1_000);
        double batchesBefore = metric(worker, "sluice_batch_items_count");
        Traffic blocker = burst(1, spin);
        awaitHeldBy(worker);
        Traffic eight = new Traffic(
                        rig.apis(),
                        (api, number) -> api.postJsonAsync(
                                Probe.PATH,
                                number == 3 ? Probe.rowThatFails(number) : Probe.row(number, 0),
                                "Idempotency-Key",
                                "eight-" + number + "-" + System.nanoTime()))
                .burst(8);
        List<Told> told = eight.finish();
        blocker.finish();
        double batches = metric(worker, "sluice_batch_items_count") - batchesBefore;
        Told bad = told.stream().filter(one -> one.number() == 3).findFirst().orElseThrow();
        JsonNode job = rig.api(1)
                .client()
                .get("/v1/jobs/" + bad.answer().body().path("job_id").asText())
                .body();
        table.add(
                "R13, R14 one bad item in a batch of 8",
                batches == 2,
                "%.0f batches for the blocker and the eight".formatted(batches),
                8 / (eight.millis() / 1e3),
                "%s; the bad one %d, state %s, %d deaths"
                        .formatted(
                                Traffic.summary(told),
                                bad.answer().status(),
                                job.path("state").asText(),
                                job.path("deaths").asInt()),
                "7 right, 1 error, not repeated",
                Traffic.count(told, Verdict.RIGHT) == 7
                        && bad.answer().status() >= 400
                        && job.path("state").asText().equals("failed")
                        && job.path("deaths").asInt() == 0);
    }

    @Test
    void r16ExpiredJobsAreNeverInferred() throws Exception {
        long expiredBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.expired");
        rig.worker(1).kill();
        rig.worker(2).kill();
        Traffic traffic = new Traffic(rig.apis(), Traffic.rows(0, DEADLINE, "500")).burst(40);
        List<Told> told = traffic.finish();
        rig.worker(1).startAgain();
        rig.worker(1).awaitReady();
        Answer fresh = rig.api(1).client().postJson(Probe.PATH, Probe.row(1, 0), DEADLINE, "20000");
        long expired = rig.queue().counter(Probe.DEPLOYMENT, "total.expired") - expiredBefore;
        double inferred = metric(rig.worker(1), "sluice_items_total");
        table.add(
                "R16 expired jobs in the queue",
                expired > 0,
                "%d counted as expired".formatted(expired),
                told.size() / (traffic.millis() / 1e3),
                "%s; the worker that came then inferred %.0f item".formatted(Traffic.summary(told), inferred),
                "all 504, none inferred",
                Traffic.count(told, Verdict.LATE) == 40 && expired == 40 && fresh.status() == 200 && inferred == 1);
    }

    /** A worker that was away longer than dead-after: others did its jobs, its commit is refused, it serves under a new name. */
    private void wakesUpTooLate(String fault, Action away, Action back) throws Exception {
        ServerProcess sleeper = rig.worker(1);
        double fencedBefore = metric(sleeper, "sluice_jobs_fenced_total");
        long before = reclaimed();
        Set<String> namesBefore = rig.queue().incarnations(Probe.DEPLOYMENT, sleeper.pid());
        Traffic traffic = burst(200, 100);
        awaitArrivedAt(sleeper);
        away.run();
        List<Told> told = traffic.finish();
        double seconds = traffic.millis() / 1e3;
        Eventually.pass(Duration.ofMillis(Math.max(0, ChaosForm.count(4_000, 10_000) - (long) traffic.millis())));
        back.run();
        eventually("it comes back under a new name", LIMIT, () -> {
            Set<String> names = rig.queue().incarnations(Probe.DEPLOYMENT, sleeper.pid());
            return !names.isEmpty() && names.stream().noneMatch(namesBefore::contains);
        });
        eventually(
                "its late results are refused",
                LIMIT,
                () -> metric(sleeper, "sluice_jobs_fenced_total") > fencedBefore);
        double fenced = metric(sleeper, "sluice_jobs_fenced_total") - fencedBefore;
        long reclaimed = reclaimed() - before;
        long doubles = Traffic.doubles(told, rig.api(2).client());
        table.add(
                fault + " of a worker mid-batch, then woken",
                reclaimed > 0,
                "%d jobs reclaimed".formatted(reclaimed),
                told.size() / seconds,
                "%s, double %d; %.0f late results refused; back under a new name"
                        .formatted(Traffic.summary(told), doubles, fenced),
                "all right, double 0, fenced ≥ 1",
                Traffic.allRight(told) && doubles == 0 && fenced >= 1);
    }

    private interface Action {
        void run() throws Exception;
    }

    private Traffic burst(int count, long spin) {
        return new Traffic(rig.apis(), Traffic.rows(spin, DEADLINE, "60000")).burst(count);
    }

    private long reclaimed() throws Exception {
        return rig.queue().counter(Probe.DEPLOYMENT, "total.reclaimed");
    }

    private long held(ServerProcess worker) throws Exception {
        return rig.queue().heldBy(Probe.DEPLOYMENT, worker.pid());
    }

    /** Redis counts a job as held before the worker has heard of it: one that is held for this long has arrived. */
    private void awaitArrivedAt(ServerProcess worker) throws Exception {
        Map<String, Long> seen = new HashMap<>();
        eventually("a batch has arrived at " + worker.name(), LIMIT, () -> {
            long now = System.nanoTime();
            Set<String> held = rig.queue().heldIds(Probe.DEPLOYMENT, worker.pid());
            held.forEach(id -> seen.putIfAbsent(id, now));
            return held.stream().anyMatch(id -> now - seen.get(id) > ARRIVED_AFTER.toNanos());
        });
    }

    private void awaitHeldBy(ServerProcess worker) throws Exception {
        eventually("a batch is in flight at " + worker.name(), LIMIT, () -> held(worker) > 0);
    }

    /** How often the probe's loop must turn for an inference of about this long, here and now. */
    private long turnsFor(int millis) {
        int turns = 1_000;
        double shortest = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            Answer measured = rig.api(1).client().postJson(Probe.PATH, Probe.row(1, turns), DEADLINE, "30000");
            shortest = Math.min(
                    shortest, measured.body().path("timing").path("infer_ms").asDouble());
        }
        return Math.round(millis / shortest * turns);
    }

    private static double metric(ServerProcess process, String name) {
        return process.management()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
