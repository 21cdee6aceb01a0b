package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.ProcessMemory;
import dev.sluice.system.fault.Crowd.Manner;
import dev.sluice.system.fault.Crowd.Visit;
import dev.sluice.system.fault.LeanClient.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** More comes than can be done; what can be done still is, in time, and the rest hears so at once. */
@OnEachRedis
class OverloadTest {
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final int DEADLINE_MS = 2_000;
    private static final int ROWS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MOST_GROWTH = 128L << 20;
    /** A batch of some tens of milliseconds. */
    private static final long BATCH_SPIN = 160;

    private static final int MOST_ROUNDS = 6;
    private static final double NOISE_MS = 50;

    private final Rig rig;
    private final FaultTable table;

    OverloadTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    @Disabled(
            "the closed loop does not find the capacity: 269 right answers a second came in time where it had found 105 and 210")
    void r15ThreeTimesTheCapacityOnTwoModelsThatShareTheCores() throws Exception {
        List<ServerProcess> workers = workersOfTwoModels();
        try (LeanClient client = new LeanClient()) {
            List<Crowd> patient = crowds(client, 10_000);
            Doing saturating = (crowd, model) -> crowd.saturate(64, ChaosForm.count(3_000, 10_000));
            List<Double> capacity = steady(() -> side(patient, saturating));
            List<Crowd> crowds = crowds(client, DEADLINE_MS);
            long memoryBefore = memory(workers);
            int millis = ChaosForm.count(12_000, 60_000);
            side(crowds, (crowd, model) -> {
                crowd.poisson(3 * capacity.get(model), millis, ChaosForm.seed() + model);
                return 0.0;
            });
            List<Visit> visits = new ArrayList<>();
            for (Crowd crowd : crowds) {
                visits.addAll(crowd.finish());
            }
            long grown = memory(workers) - memoryBefore;
            double before = sum(capacity);
            double after = sum(side(patient, saturating));
            report(client, visits, before, after, millis / 1e3, grown);
        } finally {
            workers.forEach(ServerProcess::close);
        }
    }

    private void report(
            LeanClient client, List<Visit> visits, double before, double after, double seconds, long grown) {
        List<Seen> seen =
                visits.stream().flatMap(visit -> visit.tries().stream()).toList();
        List<Seen> refusals = seen.stream().filter(Seen::isRefused).toList();
        List<Double> refusedMs = refusals.stream()
                .filter(one -> !client.stoodStillDuring(one))
                .map(Seen::tookMs)
                .toList();
        double p99 = Traffic.quantile(0.99, refusedMs);
        double inTime = visits.stream()
                        .filter(visit -> visit.right() && visit.last().tookMs() <= DEADLINE_MS)
                        .count()
                / seconds;
        long wrong = visits.stream()
                .filter(visit -> visit.last().status() == 200 && !visit.right())
                .count();
        long late = seen.stream().filter(one -> one.status() == 504).count();
        double goodput = inTime / ((before + after) / 2);
        // A machine that has become much faster or slower meanwhile proves nothing, either way.
        boolean steady =
                Math.max(before, after) <= 1.25 * Math.min(before, after) && inTime <= 1.1 * Math.max(before, after);
        SortedSet<Integer> pauses =
                refusals.stream().map(Seen::retryAfterS).collect(Collectors.toCollection(TreeSet::new));
        table.add(
                "R15 3 × capacity for %.0f s, two models in each worker".formatted(seconds),
                steady
                        && seen.size() > 2.5 * Math.max(before, after) * seconds
                        && refusedMs.size() > refusals.size() / 2,
                "%d requests, %d refused; capacity %.0f/s before, %.0f/s after; generator late p99 %.0f ms, %d refusals left out while it stood still"
                        .formatted(
                                seen.size(),
                                refusals.size(),
                                before,
                                after,
                                Traffic.quantile(
                                        0.99,
                                        visits.stream().map(Visit::latenessMs).toList()),
                                refusals.size() - refusedMs.size()),
                inTime,
                "goodput %.0f %% of the capacity; refusals p50 %.0f, p99 %.0f ms; wrong %d; %s; answered of those who give up %.0f %%, insist %.0f %%, obey %.0f %%; Retry-After %s; memory + %d MiB"
                        .formatted(
                                100 * goodput,
                                Traffic.quantile(0.5, refusedMs),
                                p99,
                                wrong,
                                statuses(seen),
                                answered(visits, Manner.GIVES_UP),
                                answered(visits, Manner.INSISTS),
                                answered(visits, Manner.OBEYS),
                                pauses,
                                grown >> 20),
                "goodput ≥ 90 % of the capacity; refusals p99 ≤ 50 ms; wrong 0; 504 ≤ 10 % of requests; obeying pays; memory + ≤ 128 MiB",
                goodput >= 0.9
                        && p99 <= 50
                        && wrong == 0
                        && late <= seen.size() / 10
                        && answered(visits, Manner.OBEYS) > answered(visits, Manner.GIVES_UP)
                        && pauses.size() > 1
                        && grown <= MOST_GROWTH);
    }

    @Test
    @Disabled("not shown yet: seen p99 78 ms before and 257 ms during, with batches of 51 ms, on a busy machine")
    void aFloodOfBulkWorkLeavesInteractiveWorkAlone() throws Exception {
        try (LeanClient client = new LeanClient()) {
            int flood = ChaosForm.count(3_000, 10_000);
            Crowd bulk = new Crowd(client, rig.apis(), Probe.DEPLOYMENT, BATCH_SPIN, 3, "Prefer", "respond-async");
            Crowd alone = interactive(client, BATCH_SPIN);
            alone.poisson(20, 1_000, ChaosForm.seed());
            alone.finish();
            Crowd before = interactive(client, BATCH_SPIN);
            before.poisson(20, 3_000, ChaosForm.seed());
            double p99Before = p99(before.finish());
            for (int i = 0; i < flood; i++) {
                bulk.visit(Manner.GIVES_UP, System.nanoTime());
            }
            long accepted = bulk.finish().stream()
                    .filter(visit -> visit.last().status() == 202)
                    .count();
            long doneBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.done");
            long waiting = rig.queue().counter(Probe.DEPLOYMENT, "open.bulk-items");
            Crowd during = interactive(client, BATCH_SPIN);
            during.poisson(20, 3_000, ChaosForm.seed() + 1);
            List<Visit> visits = during.finish();
            long left = rig.queue().counter(Probe.DEPLOYMENT, "open.bulk-items");
            double p99 = p99(visits);
            double batchMs = batchMs(visits);
            boolean right = visits.stream().allMatch(Visit::right);
            table.add(
                    "a flood of %d bulk jobs beside interactive work".formatted(flood),
                    accepted > flood * 0.9 && left > 0,
                    "%d bulk jobs open, %d of them done meanwhile".formatted(waiting, waiting - left),
                    (rig.queue().counter(Probe.DEPLOYMENT, "total.done") - doneBefore) / 3.0,
                    "interactive p99 %.0f ms before, %.0f ms during; a batch %.0f ms; statuses %s"
                            .formatted(
                                    p99Before,
                                    p99,
                                    batchMs,
                                    statuses(visits.stream().map(Visit::last).toList())),
                    "moved by ≤ 1 batch; all right; bulk goes on",
                    right && p99 - p99Before <= batchMs + NOISE_MS && left < waiting);
        }
    }

    @Test
    void interactiveWorkWithoutPauseDoesNotStarveBulk() throws Exception {
        try (LeanClient client = new LeanClient()) {
            AsyncJobs jobs = new AsyncJobs();
            Crowd crowd = new Crowd(client, rig.apis(), Probe.DEPLOYMENT, BATCH_SPIN, 8, DEADLINE, "10000");
            CompletableFuture<Double> load = CompletableFuture.supplyAsync(
                    () -> saturate(crowd, ChaosForm.count(5_000, 15_000)), Thread::startVirtualThread);
            eventually(
                    "interactive work waits",
                    LIMIT,
                    () -> rig.queue().counter(Probe.DEPLOYMENT, "waiting.items") > 100);
            int accepted = jobs.send(rig.api(1).client(), 50, BATCH_SPIN).accepted();
            int right = jobs.right(rig.api(1).client());
            boolean meanwhile = !load.isDone();
            double perSecond = load.join();
            table.add(
                    "50 bulk jobs beside interactive work without a pause",
                    meanwhile && accepted == 50,
                    "over 100 interactive rows waited all the time",
                    perSecond,
                    "%d of %d bulk jobs right before the load ended".formatted(right, accepted),
                    "all, meanwhile",
                    right == accepted);
        }
    }

    private static double saturate(Crowd crowd, int millis) {
        try {
            return crowd.saturate(64, millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Crowd interactive(LeanClient client, long spin) {
        return new Crowd(client, rig.apis(), Probe.DEPLOYMENT, spin, 1);
    }

    private static double p99(List<Visit> visits) {
        return Traffic.quantile(
                0.99, visits.stream().map(visit -> visit.last().tookMs()).toList());
    }

    /** The time that most batches of these answers took at most, as the worker says. */
    private static double batchMs(List<Visit> visits) {
        return Traffic.quantile(
                0.95, visits.stream().map(visit -> visit.last().inferMs()).toList());
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static Map<Integer, Long> statuses(List<Seen> seen) {
        return seen.stream().collect(Collectors.groupingBy(Seen::status, TreeMap::new, Collectors.counting()));
    }

    private static double answered(List<Visit> visits, Manner manner) {
        List<Visit> mine =
                visits.stream().filter(visit -> visit.manner() == manner).toList();
        return 100.0 * mine.stream().filter(Visit::right).count() / Math.max(1, mine.size());
    }

    private List<Crowd> crowds(LeanClient client, int deadlineMs) {
        String[] headers = {DEADLINE, String.valueOf(deadlineMs)};
        return List.of(
                new Crowd(client, rig.apis(), Probe.DEPLOYMENT, BATCH_SPIN, ROWS, headers),
                new Crowd(client, rig.apis(), Probe.SECOND, 3 * BATCH_SPIN, ROWS, headers));
    }

    private interface Measuring {
        List<Double> measure() throws Exception;
    }

    /** Until it rises no more: a JVM that has just begun is slow. */
    private static List<Double> steady(Measuring measuring) throws Exception {
        List<Double> before = measuring.measure();
        List<Double> now = measuring.measure();
        for (int round = 0; round < MOST_ROUNDS && sum(now) > 1.1 * sum(before); round++) {
            before = now;
            now = measuring.measure();
        }
        return now;
    }

    private interface Doing {
        double of(Crowd crowd, int model) throws InterruptedException;
    }

    /** Both models at once. */
    private static List<Double> side(List<Crowd> crowds, Doing doing) throws Exception {
        List<CompletableFuture<Double>> results = new ArrayList<>();
        for (int i = 0; i < crowds.size(); i++) {
            int model = i;
            results.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return doing.of(crowds.get(model), model);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    Thread::startVirtualThread));
        }
        List<Double> values = new ArrayList<>();
        for (var result : results) {
            values.add(result.get());
        }
        return values;
    }

    private long memory(List<ServerProcess> workers) {
        return Stream.concat(workers.stream(), rig.apis().stream())
                .mapToLong(process -> ProcessMemory.peakOf(process.pid()).orElse(0))
                .sum();
    }

    private List<ServerProcess> workersOfTwoModels() throws Exception {
        for (ServerProcess worker : rig.workers()) {
            worker.terminate();
        }
        List<ServerProcess> workers = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            workers.add(rig.startWorker(
                    "two-models-" + number,
                    Map.of("SLUICE_MODELS", Probe.DEPLOYMENT + "," + Probe.SECOND, "SLUICE_THREADS", "1")));
        }
        for (ServerProcess worker : workers) {
            worker.awaitReady();
        }
        return workers;
    }
}
