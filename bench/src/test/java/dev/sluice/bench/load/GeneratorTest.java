package dev.sluice.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.bench.load.KnownServer.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the generators report is what a server did whose answers and times are known. */
@Timeout(60)
class GeneratorTest {
    private static final Exchange QUESTION = Exchange.post("/", "text/plain", new byte[0], Map.of(), "right");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long SEED = 20_261_130;

    @Test
    void aClosedLoopReportsTheTimeThatTheServerTakes() throws Exception {
        Duration delay = Duration.ofMillis(40);
        try (KnownServer server = new KnownServer(_ -> new Reply(200, "right", delay))) {
            Figures figures = ClosedLoop.run(server.address(), QUESTION, 4, Duration.ofSeconds(1));
            assertTrue(figures.right() > 0);
            assertEquals(0, figures.refused() + figures.failed());
            assertTrue(figures.latency().getMinValue() >= delay.toMillis() * 1_000, "none is faster than the server");
            assertTrue(figures.perSecond() <= 4 * 1_000.0 / delay.toMillis(), "nor more often: " + figures.perSecond());
        }
    }

    /** A client that waits for one answer before it asks again would see a stall once; these come all the same. */
    @Test
    void everyoneWhoComesWhileTheServerStallsIsCountedFromTheMomentAtWhichHeComes() throws Exception {
        int perSecond = 200;
        Duration stall = Duration.ofMillis(600);
        AtomicLong until = new AtomicLong();
        try (KnownServer server = new KnownServer(number -> {
            if (number == 100) {
                until.set(System.nanoTime() + stall.toNanos());
            }
            long left = number < 100 ? 0 : until.get() - System.nanoTime();
            return new Reply(200, "right", Duration.ofNanos(Math.max(0, left)));
        })) {
            OverloadFigures figures = PoissonLoop.run(
                    server.address(),
                    QUESTION,
                    new PoissonLoop.Arrivals(perSecond, PATIENCE, Duration.ZERO, Duration.ofSeconds(2), SEED));
            assertEquals(figures.came(), figures.right());
            long slow = figures.answers().getCountBetweenValues(200_000, 120_000_000);
            // 0.4 s of arrivals wait for longer than 0.2 s: 80 on average.
            assertTrue(slow >= 50, slow + " of " + figures.came() + " saw the stall");
            assertTrue(figures.answers().getMaxValue() >= 400_000);
        }
    }

    @Test
    void eachEndIsCountedOnceAndUnderItsName() throws Exception {
        try (KnownServer server = new KnownServer(number -> switch (number % 5) {
            case 0 -> new Reply(200, "right", Duration.ZERO);
            case 1 -> new Reply(429, "later", Duration.ZERO);
            case 2 -> new Reply(500, "oh", Duration.ZERO);
            case 3 -> new Reply(200, "wrong", Duration.ZERO);
            default -> null;
        })) {
            OverloadFigures figures = PoissonLoop.run(
                    server.address(),
                    QUESTION,
                    new PoissonLoop.Arrivals(100, PATIENCE, Duration.ZERO, Duration.ofSeconds(2), SEED));
            assertEquals(Set.of("status 200", "status 500"), figures.failures().keySet());
            double share = figures.came() / 5.0;
            for (long count : new long[] {
                figures.right(),
                figures.refused(),
                figures.late(),
                figures.failures().get("status 200"),
                figures.failures().get("status 500")
            }) {
                assertEquals(share, (double) count, 1 + share / 4, figures.toString());
            }
        }
    }
}
