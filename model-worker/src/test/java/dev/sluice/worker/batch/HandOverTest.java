package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.BatchProfile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch belongs to the loop that took it until an inference loop accepts it. */
@Timeout(60)
class HandOverTest {
    /** Of a batch that is expected to take no time. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final TakenBatch BATCH = new TakenBatch("incarnation", 0, List.of());

    private final AtomicLong now = new AtomicLong();
    private final BatchCost cost =
            new BatchCost(() -> new BatchProfile(List.of(new BatchProfile.Point(1, 0.1))), now::get);
    /** How often the hand-over has read its clock. */
    private final AtomicLong readings = new AtomicLong();

    private final HandOver handOver = new HandOver(cost, () -> 1, this::read);

    @Test
    void aBatchThatALoopAcceptsIsHandedOver() throws Exception {
        CompletableFuture<Boolean> offered = offer();
        assertEquals(Optional.of(BATCH), handOver.next());
        assertTrue(offered.get());
    }

    @Test
    void aBatchThatNoLoopAcceptsIsTakenBackWhenThePatienceIsOver() throws Exception {
        CompletableFuture<Boolean> offered = offer();
        awaitReadings(3);
        now.set(PATIENCE.toNanos() - 1);
        awaitReadings(3);
        assertFalse(offered.isDone(), "a nanosecond is left");
        now.set(PATIENCE.toNanos());
        assertFalse(offered.get());
    }

    @Test
    void aStopTakesABatchBackThatWaits() throws Exception {
        CompletableFuture<Boolean> offered = offer();
        handOver.takeNoMore();
        assertFalse(offered.get(), "without a tick of the clock");
        assertFalse(offer().get(), "nor is a later one accepted");
    }

    @Test
    void anIdleLoopIsDismissedAndABusyOneIsNotWaitedForBeyondTheLimit() throws Exception {
        assertFalse(handOver.dismissOne(Duration.ofMillis(1)));
        CompletableFuture<Optional<TakenBatch>> loop = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                loop.complete(handOver.next());
            } catch (InterruptedException e) {
                loop.completeExceptionally(e);
            }
        });
        assertTrue(handOver.dismissOne(Duration.ofMinutes(1)));
        assertEquals(Optional.empty(), loop.get(1, TimeUnit.MINUTES));
    }

    private long read() {
        readings.incrementAndGet();
        return now.get();
    }

    private void awaitReadings(int more) {
        long enough = readings.get() + more;
        while (readings.get() < enough) {
            Thread.onSpinWait();
        }
    }

    private CompletableFuture<Boolean> offer() {
        CompletableFuture<Boolean> accepted = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                accepted.complete(handOver.offer(BATCH));
            } catch (InterruptedException e) {
                accepted.completeExceptionally(e);
            }
        });
        return accepted;
    }
}
