package dev.sluice.bench;

import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.load.OverloadFigures;
import dev.sluice.bench.load.PoissonLoop;
import dev.sluice.bench.machine.Watch;
import dev.sluice.bench.report.Overload;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks a contestant that runs for three times what it can do.
 *
 * @param leastWarmUp longer for whoever compiles while he runs: saying no is another path than answering
 */
record Overloading(Duration leastWarmUp, Duration measured) {
    private static final double FACTOR = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Beyond that the generator falls behind when it shares two cores with a server. */
    private static final double MOST_PER_SECOND = 40_000;

    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);

    /** @param capacity answers per second in a closed loop */
    Overload measure(Contestant contestant, Contestant.Running running, Work work, double capacity, int round)
            throws IOException {
        double perSecond = Math.min(MOST_PER_SECOND, FACTOR * capacity);
        Watch watch = new Watch(running.processes());
        OverloadFigures figures = PoissonLoop.run(
                running.address(),
                running.exchangeWithin(PATIENCE, work),
                new PoissonLoop.Arrivals(perSecond, PATIENCE, warmUp(contestant), measured, round));
        double foreignShare = watch.soFar().foreignShare();
        return new Overload(
                contestant.name(),
                work.plural(),
                round,
                capacity,
                figures,
                secondsToRecover(running, work),
                foreignShare);
    }

    private Duration warmUp(Contestant contestant) {
        Duration half = contestant.leastWarmUp().dividedBy(2);
        return half.compareTo(leastWarmUp) > 0 ? half : leastWarmUp;
    }

    private static double secondsToRecover(Contestant.Running running, Work work) {
        long start = System.nanoTime();
        while (!running.answers(work)) {
            if (System.nanoTime() - start > LONGEST_RECOVERY.toNanos()) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
