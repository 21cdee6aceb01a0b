package dev.sluice.bench.growth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From ten waiting jobs to a hundred thousand: what each step of a job costs beside so many others. */
final class LengthSweep implements Sweep {
    private static final List<Integer> LENGTHS = List.of(10, 100, 1_000, 10_000, 100_000);

    @Override
    public String name() {
        return "length";
    }

    @Override
    public Table run(Site site) throws Exception {
        Map<String, List<Table.Row>> byStep = new LinkedHashMap<>();
        double memory = 0;
        for (int length : LENGTHS) {
            try (Rig rig = new Rig(site)) {
                LongQueue queue = new LongQueue(rig);
                memory = queue.fill(length);
                queue.measure()
                        .forEach((step, figures) -> byStep.computeIfAbsent(step, _ -> new ArrayList<>())
                                .add(new Table.Row("%s, %,d".formatted(step, length), figures)));
            }
        }
        return new Table(
                name(),
                "Queue length",
                "Rounds of %1$d accepts, a take of %1$d jobs, a commit of %1$d and a look for what has expired, one after another, so that the length stays; jobs of one row. For one call each."
                        .formatted(LongQueue.BATCH),
                "step, waiting jobs",
                byStep.values().stream().flatMap(List::stream).toList(),
                List.of("at the greatest length a waiting job holds %,.0f bytes of Redis's memory".formatted(memory)));
    }
}
