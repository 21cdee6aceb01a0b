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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** More comes than can be done; what can be done still is, in time, and the rest hears so at once. */
@OnEachRedis
@Isolated("measures what the machine can do")
class OverloadTest {
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final int DEADLINE_MS = 2_000;
    private static final int ROWS = 8;
    private static final int SECOND_COSTS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAINED = Duration.ofMinutes(3);
    private static final long MOST_GROWTH = 128L << 20;
    /** A batch of some tens of milliseconds. */
    private static final long BATCH_SPIN = 160;

    private static final int WAVE = 1_000;
    /** Of a bulk job: so many that a fast machine, too, still has bulk work when the interactive clients have gone. */
    private static final int BULK_ROWS = 6;

    private static final int MOST_ROUNDS = 6;
    private static final double NOISE_MS = 50;

    private final Rig rig;
    private final FaultTable table;

    OverloadTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void r15ThreeTimesTheCapacityOnTwoModelsThatShareTheCores() throws Exception {
        List<ServerProcess> workers = workersOfTwoModels();
        try (LeanClient client = new LeanClient()) {
            Overload overload = overloaded(client, workers);
            // A machine that has become much faster or slower meanwhile proves nothing, either way.
            for (int again = 0; again < 2 && !overload.isSteady(); again++) {
                overload = overloaded(client, workers);
            }
            report(client, overload);
        } finally {
            workers.forEach(ServerProcess::close);
        }
    }

    /**
     * What was seen under three times the capacity.
     *
     * @param before capacity, in requests of the first model a second
     * @param after the same, measured again
     * @param grown bytes of memory
     */
    private record Overload(List<List<Visit>> visits, double before, double after, double seconds, long grown) {
        double goodput() {
            List<Double> inTime =
                    visits.stream().map(some -> answeredInTime(some) / seconds).toList();
            return work(inTime) / ((before + after) / 2);
        }

        boolean isSteady() {
            return !ChaosForm.isLong()
                    || (Math.max(before, after) <= 1.25 * Math.min(before, after) && goodput() <= 1.1);
        }
    }

    private Overload overloaded(LeanClient client, List<ServerProcess> workers) throws Exception {
        List<Crowd> patient = crowds(client, 30_000);
        Doing saturating = (crowd, model) -> crowd.saturate(32, ChaosForm.count(2_500, 10_000));
        List<Double> before = steady(() -> side(patient, saturating));
        overload(crowds(client, DEADLINE_MS), before, ChaosForm.count(4_000, 15_000));
        List<Crowd> crowds = crowds(client, DEADLINE_MS);
        long memoryBefore = memory(workers);
        int millis = ChaosForm.count(8_000, 60_000);
        List<List<Visit>> visits = overload(crowds, before, millis);
        long grown = memory(workers) - memoryBefore;
        return new Overload(visits, work(before), work(side(patient, saturating)), millis / 1e3, grown);
    }

    private static List<List<Visit>> overload(List<Crowd> crowds, List<Double> capacity, int millis) throws Exception {
        side(crowds, (crowd, model) -> {
            crowd.poisson(3 * capacity.get(model), millis, ChaosForm.seed() + model);
            return 0.0;
        });
        List<List<Visit>> visits = new ArrayList<>();
        for (Crowd crowd : crowds) {
            visits.add(crowd.finish());
        }
        return visits;
    }

    /** @param perSecond requests of each model @return requests of the first that would be as much work */
    private static double work(List<Double> perSecond) {
        return perSecond.get(0) + SECOND_COSTS * perSecond.get(1);
    }

    private void report(LeanClient client, Overload overload) {
        List<List<Visit>> byModel = overload.visits();
        double before = overload.before();
        double after = overload.after();
        double seconds = overload.seconds();
        long grown = overload.grown();
        double goodput = overload.goodput();
        List<Visit> visits = byModel.stream().flatMap(List::stream).toList();
        List<Seen> seen =
                visits.stream().flatMap(visit -> visit.tries().stream()).toList();
        List<Seen> refusals = seen.stream().filter(Seen::isRefused).toList();
        List<Double> refusedMs = refusals.stream()
                .filter(one -> !client.stoodStillDuring(one))
                .map(Seen::tookMs)
                .toList();
        double p99 = Traffic.quantile(0.99, refusedMs);
        List<Double> inTime =
                byModel.stream().map(some -> answeredInTime(some) / seconds).toList();
        long wrong = visits.stream()
                .filter(visit -> visit.last().status() == 200 && !visit.right())
                .count();
        long late = seen.stream().filter(one -> one.status() == 504).count();
        double demand = work(byModel.stream().map(some -> some.size() / seconds).toList());
        // Three times what was measured before; the short form has no time to wait until the machine is as fast again.
        double leastOverload = ChaosForm.isLong() ? 2 : 1.3;
        SortedSet<Integer> pauses =
                refusals.stream().map(Seen::retryAfterS).collect(Collectors.toCollection(TreeSet::new));
        table.add(
                "R15 3 × capacity for %.0f s, two models in each worker".formatted(seconds),
                overload.isSteady()
                        && demand > leastOverload * Math.max(before, after)
                        && refusedMs.size() > refusals.size() / 2,
                "%d requests, %d refused; capacity %.0f/s before, %.0f/s after (a request to the second counts as three); generator late p99 %.0f ms, %d refusals left out while it stood still"
                        .formatted(
                                seen.size(),
                                refusals.size(),
                                before,
                                after,
                                Traffic.quantile(
                                        0.99,
                                        visits.stream().map(Visit::latenessMs).toList()),
                                refusals.size() - refusedMs.size()),
                sum(inTime),
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
                goodput >= (ChaosForm.isLong() ? 0.9 : 0.5)
                        && FaultTable.within(50, p99)
                        && wrong == 0
                        && late <= seen.size() / 10
                        && answered(visits, Manner.OBEYS) > answered(visits, Manner.GIVES_UP)
                        && pauses.size() > 1
                        && grown <= MOST_GROWTH);
    }

    @Test
    void aFloodOfBulkWorkLeavesInteractiveWorkAlone() throws Exception {
        try (LeanClient client = new LeanClient()) {
            int flood = ChaosForm.count(3_000, 15_000);
            int millis = ChaosForm.count(4_000, 15_000);
            Crowd bulk =
                    new Crowd(client, rig.apis(), Probe.DEPLOYMENT, BATCH_SPIN, BULK_ROWS, "Prefer", "respond-async");
            Crowd alone = interactive(client, BATCH_SPIN);
            alone.poisson(30, 2_000, ChaosForm.seed());
            alone.finish();
            Crowd before = interactive(client, BATCH_SPIN);
            before.poisson(30, millis, ChaosForm.seed());
            double p99Before = Crowd.p99(before.finish());
            for (int i = 1; i <= flood; i++) {
                bulk.visit(Manner.GIVES_UP, System.nanoTime());
                if (i % WAVE == 0) {
                    bulk.finish();
                }
            }
            long accepted = bulk.visits().stream()
                    .filter(visit -> visit.last().status() == 202)
                    .count();
            long doneBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.done");
            long waiting = rig.queue().counter(Probe.DEPLOYMENT, "open.bulk-items");
            Crowd during = interactive(client, BATCH_SPIN);
            during.poisson(30, millis, ChaosForm.seed() + 1);
            List<Visit> visits = during.finish();
            long left = rig.queue().counter(Probe.DEPLOYMENT, "open.bulk-items");
            double p99 = Crowd.p99(visits);
            double batchMs = batchMs(visits);
            boolean right = visits.stream().allMatch(Visit::right);
            table.add(
                    "a flood of %d bulk jobs beside interactive work".formatted(flood),
                    accepted > flood * 0.9 && left > 0,
                    "%d accepted; %d of their rows open, %d of these done meanwhile"
                            .formatted(accepted, waiting, waiting - left),
                    (rig.queue().counter(Probe.DEPLOYMENT, "total.done") - doneBefore) / (millis / 1e3),
                    "interactive p99 %.0f ms before, %.0f ms during; a batch %.0f ms; statuses %s"
                            .formatted(
                                    p99Before,
                                    p99,
                                    batchMs,
                                    statuses(visits.stream().map(Visit::last).toList())),
                    "moved by ≤ 1 batch; all right; bulk goes on",
                    right && FaultTable.within(p99Before + batchMs + NOISE_MS, p99) && left < waiting);
            eventually(
                    "the rest of the flood is done, so that the next test starts with nothing",
                    DRAINED,
                    () -> rig.queue().counter(Probe.DEPLOYMENT, "open.bulk-items") == 0);
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

    /** The time that most batches of these answers took at most, as the worker says. */
    private static double batchMs(List<Visit> visits) {
        return Traffic.quantile(
                0.95, visits.stream().map(visit -> visit.last().inferMs()).toList());
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** While the load went on: what is still answered afterwards would flatter. */
    private static double answeredInTime(List<Visit> visits) {
        long end = visits.stream().mapToLong(Visit::dueNanos).max().orElse(0);
        return visits.stream()
                .filter(visit -> visit.right()
                        && visit.last().tookMs() <= DEADLINE_MS
                        && visit.last().doneNanos() <= end)
                .count();
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
                new Crowd(client, rig.apis(), Probe.TOIL, Probe.TOIL_SPIN, ROWS, headers),
                new Crowd(client, rig.apis(), Probe.SECOND_TOIL, SECOND_COSTS * Probe.TOIL_SPIN, ROWS, headers));
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
                    Map.of("SLUICE_MODELS", Probe.TOIL + "," + Probe.SECOND_TOIL, "SLUICE_THREADS", "1")));
        }
        for (ServerProcess worker : workers) {
            worker.awaitReady();
        }
        return workers;
    }
}
