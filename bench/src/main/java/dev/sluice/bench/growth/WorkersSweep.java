package dev.sluice.bench.growth;

import dev.sluice.job.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From one worker process to sixteen; measured from sixteen down to one, so that all have run in when the first is measured. */
final class WorkersSweep implements Sweep {
    private static final List<Integer> WORKERS = List.of(16, 8, 4, 2, 1);
    private static final FixedTimeWorker.Plan PLAN =
            new FixedTimeWorker.Plan(1, Content.ROWS, Duration.ofMillis(20), 4);
    /** A batch that runs, one taken ahead, and two that wait. */
    private static final int IN_FLIGHT_PER_WORKER = 4 * PLAN.batch();

    /** So many JVMs compile what they run on few cores. */
    private static final Duration RUNNING_IN = Duration.ofSeconds(90);

    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final double BAR = 0.95;

    @Override
    public String name() {
        return "workers";
    }

    @Override
    public Table run(Site site) throws Exception {
        List<Measured> found = new ArrayList<>();
        try (Rig rig = new Rig(site)) {
            rig.haveWorkers(WORKERS.getFirst(), PLAN);
            Sender sender = rig.sender(Load.ofRows(1), PLAN);
            sender.keepInFlight(IN_FLIGHT_PER_WORKER * WORKERS.getFirst());
            Thread.sleep(RUNNING_IN);
            for (int workers : WORKERS) {
                sender.keepInFlight(IN_FLIGHT_PER_WORKER * workers);
                rig.haveWorkers(workers, PLAN);
                found.addFirst(new Measured(workers, rig.measure(sender, SETTLING, MEASURED)));
            }
            rig.drain(sender);
        }
        return table(found);
    }

    private record Measured(int workers, Cost cost) {
        double perWorker() {
            return cost.perSecond() / workers;
        }
    }

    private Table table(List<Measured> found) {
        double one = found.getFirst().perWorker();
        List<Table.Row> rows = new ArrayList<>();
        for (Measured measured : found) {
            Map<String, Double> shares = new LinkedHashMap<>();
            shares.put("of linear", measured.perWorker() / one);
            shares.put("of what is possible", measured.perWorker() / possible());
            rows.add(new Table.Row(
                            String.valueOf(measured.workers()), measured.cost().perJob())
                    .with(shares));
        }
        return new Table(
                name(),
                "Workers",
                "Jobs of one row; %d ms a batch of up to %d jobs, slept; a process for each worker, %d jobs in flight for each."
                        .formatted(PLAN.perBatch().toMillis(), PLAN.batch(), IN_FLIGHT_PER_WORKER),
                "workers",
                rows,
                List.of("%.3f of linear from %d to %d workers; the bar is %.2f"
                        .formatted(
                                found.getLast().perWorker() / one,
                                found.getFirst().workers(),
                                found.getLast().workers(),
                                BAR)));
    }

    /** Jobs per second of one worker whose every batch is full and follows the one before at once. */
    private static double possible() {
        return PLAN.batch() / (PLAN.perBatch().toNanos() / 1e9);
    }
}
