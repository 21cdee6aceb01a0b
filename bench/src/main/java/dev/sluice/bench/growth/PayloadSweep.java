package dev.sluice.bench.growth;

import dev.sluice.job.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From a kilobyte of payload to five megabytes. */
final class PayloadSweep implements Sweep {
    private static final List<Size> SIZES = List.of(
            new Size("1 KB", 1 << 10),
            new Size("10 KB", 10 << 10),
            new Size("100 KB", 100 << 10),
            new Size("1 MB", 1 << 20),
            new Size("5 MB", 5 << 20));
    private static final FixedTimeWorker.Plan PLAN = new FixedTimeWorker.Plan(1, Content.PICTURES, Duration.ZERO, 4);
    private static final int IN_FLIGHT = 8;

    private record Size(String title, int bytes) {}

    @Override
    public String name() {
        return "payload";
    }

    @Override
    public Table run(Site site) throws Exception {
        List<Table.Row> rows = new ArrayList<>();
        for (Size size : SIZES) {
            Cost cost = Sweep.ofOneWorker(site, PLAN, Load.ofPicture(size.bytes()), IN_FLIGHT);
            rows.add(new Table.Row(size.title(), cost.perJob())
                    .with(Map.of("MB/s", cost.perSecond() * size.bytes() / 1e6)));
        }
        return new Table(
                name(),
                "Payload",
                "Jobs of one picture that nobody decodes, no time in the model, batches of up to %d, %d jobs in flight, one worker."
                        .formatted(PLAN.batch(), IN_FLIGHT),
                "payload",
                rows,
                List.of());
    }
}
