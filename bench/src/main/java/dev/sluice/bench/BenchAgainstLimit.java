package dev.sluice.bench;

import dev.sluice.bench.contestant.Children;
import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.SluicePeer;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.limit.EngineLimit;
import dev.sluice.bench.limit.LimitFigures;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.report.Medians;
import dev.sluice.bench.report.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How much of the bare pipeline's rate is left once it is served: the limit, the served rate and the limit again, several times. */
public final class BenchAgainstLimit {
    private static final int TRIPLES = 5;
    private static final int SECONDS = 8;
    /** With some hundreds of requests a second the compiler needs its time. */
    private BenchAgainstLimit() {}

    /** Arguments: the project's folder, one for work. */
    public static void main(String[] args) throws Exception {
        Workshop workshop = new Workshop(
                Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath(), Machine.cores(), new Children());
        SluicePeer sluice = SluicePeer.asInstalled(workshop);
        sluice.fetchModels();
        EngineLimit limit = new EngineLimit(workshop, SECONDS);
        EngineLimit.Setting best = limit.best(Work.PICTURE);
        System.out.printf("the limit: this worker's pipeline from memory, %s%n", best);
        Measuring measuring = new Measuring(Duration.ofSeconds(SECONDS));
        Task pictures = new Task(Work.PICTURE, 16);
        List<Double> rates = new ArrayList<>();
        List<Double> costs = new ArrayList<>();
        for (int triple = 1; triple <= TRIPLES; triple++) {
            LimitFigures before = limit.java(Work.PICTURE, best);
            Sample served;
            try (Contestant.Running running = sluice.start()) {
                served = measuring.measure(sluice, running, pictures, triple, 0);
            }
            LimitFigures after = limit.java(Work.PICTURE, best);
            double rate = 2 * served.figures().perSecond() / (before.perSecond() + after.perSecond());
            double cost = 2 * served.wholeCpuPerThousand() / (before.cpuPerThousand() + after.cpuPerThousand());
            rates.add(rate);
            costs.add(cost);
            System.out.printf(
                    "limit %.1f/s, served %.1f/s, limit %.1f/s: %.2f of it; processor time per picture %.2f of it %s; foreign load %.0f %%%n",
                    before.perSecond(),
                    served.figures().perSecond(),
                    after.perSecond(),
                    rate,
                    cost,
                    served.cpuPerThousand(),
                    100 * served.foreignShare());
        }
        System.out.printf(
                "median of %d: %.2f of the limit's rate, %.2f of its processor time%n",
                TRIPLES, Medians.of(rates, Double::doubleValue), Medians.of(costs, Double::doubleValue));
    }
}
