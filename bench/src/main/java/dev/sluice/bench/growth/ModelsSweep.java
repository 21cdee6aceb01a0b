package dev.sluice.bench.growth;

import dev.sluice.job.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From one deployment to two hundred, all served by one worker. */
final class ModelsSweep implements Sweep {
    private static final List<Integer> MODELS = List.of(1, 10, 50, 200);
    private static final int BATCH = 32;
    private static final int IN_FLIGHT = 64;
    private static final Duration SETTLING = Duration.ofSeconds(4);

    @Override
    public String name() {
        return "models";
    }

    @Override
    public Table run(Site site) throws Exception {
        List<Table.Row> rows = new ArrayList<>();
        for (int models : MODELS) {
            FixedTimeWorker.Plan plan = new FixedTimeWorker.Plan(models, Content.ROWS, Duration.ZERO, BATCH);
            try (Rig rig = new Rig(site)) {
                rig.haveWorkers(1, plan);
                Sender sender = rig.sender(Load.ofRows(1), plan);
                Cost idle = rig.measure(sender, SETTLING, MEASURED);
                sender.keepInFlight(IN_FLIGHT);
                Cost busy = rig.measure(sender, WARM_UP, MEASURED);
                rig.drain(sender);
                rows.add(new Table.Row(String.valueOf(models), idle.perSecondIdle()).with(busy.perJob()));
            }
        }
        return new Table(
                name(),
                "Models",
                "Jobs of one row to each deployment in turn, no time in the models, batches of up to %d, %d jobs in flight, one worker that serves all; idle: the same before the first job."
                        .formatted(BATCH, IN_FLIGHT),
                "deployments",
                rows,
                List.of("in turn, so that the more deployments there are, the fewer jobs share a take and a commit"));
    }
}
