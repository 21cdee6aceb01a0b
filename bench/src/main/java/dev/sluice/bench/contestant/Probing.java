package dev.sluice.bench.contestant;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Exchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/** Whether somebody answers yet. */
final class Probing {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final long PAUSE_MS = 20;

    private Probing() {}

    /** Returns once each of these is answered rightly. @throws IllegalStateException when that does not come about, or it is no longer alive */
    static void awaitAnswers(
            String name, BooleanSupplier alive, InetSocketAddress address, Collection<Exchange> exchanges)
            throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (Exchange exchange : exchanges) {
            while (!answers(address, exchange)) {
                if (!alive.getAsBoolean()) {
                    throw new IllegalStateException(name + " has ended: its log tells why");
                }
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(
                            name + " gives no right answer within " + LIMIT.toSeconds() + " s: its log tells why");
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    /** Whether a lone client is answered rightly within a short time. */
    static boolean answers(InetSocketAddress address, Exchange exchange) {
        try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
            return ClosedLoop.run(address, exchange, 1, SHORT).right() > 0;
        } catch (IOException | IllegalStateException notYet) {
            return false;
        }
    }
}
