package dev.sluice.bench.growth;

import dev.sluice.job.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From one row in a request to ten thousand. */
final class RowsSweep implements Sweep {
    private static final List<Size> SIZES =
            List.of(new Size(1, 64), new Size(10, 64), new Size(100, 64), new Size(1_000, 16), new Size(10_000, 4));
    private static final FixedTimeWorker.Plan PLAN = new FixedTimeWorker.Plan(1, Content.ROWS, Duration.ZERO, 32);

    private record Size(int rows, int inFlight) {}

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public Table run(Site site) throws Exception {
        List<Table.Row> rows = new ArrayList<>();
        for (Size size : SIZES) {
            Cost cost = Sweep.ofOneWorker(site, PLAN, Load.ofRows(size.rows()), size.inFlight());
            rows.add(new Table.Row("%,d".formatted(size.rows()), cost.perJob()).with(perRow(cost, size)));
        }
        return new Table(
                name(),
                "Rows in a request",
                "Rows of four numbers, no time in the model, batches of up to %d rows, 64 jobs in flight (16 of 1,000 rows, 4 of 10,000), one worker."
                        .formatted(PLAN.batch()),
                "rows",
                rows,
                List.of());
    }

    private static Map<String, Double> perRow(Cost cost, Size size) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rows/s", cost.perSecond() * size.rows());
        figures.put("Redis µs a row", 1e6 * cost.redis().cpuSeconds() / cost.jobs() / size.rows());
        return figures;
    }
}
