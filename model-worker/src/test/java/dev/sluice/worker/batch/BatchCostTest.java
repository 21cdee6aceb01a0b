package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.BatchProfile;
import dev.sluice.model.BatchProfile.Point;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The estimate says what full batches would bring, whatever was served of late. */
class BatchCostTest {
    /** 20 µs alone, 64 µs for 32: half a million a second. */
    private static final BatchProfile SMALL_MODEL =
            new BatchProfile(List.of(new Point(1, 50_000), new Point(32, 500_000)));
    /** 10 ms a picture, in whatever batch. */
    private static final BatchProfile PICTURES = new BatchProfile(List.of(new Point(1, 100), new Point(8, 100)));

    private long now;
    private BatchCost cost = cost(SMALL_MODEL);

    @Test
    void beforeAnythingWasServedItIsTheProfile() {
        assertEquals(500_000, cost.itemsPerSecond(), 1);
        assertEquals(Duration.ofNanos(64_000), cost.expectedFor(32));
    }

    @Test
    void singleRowsDoNotLowerTheRateOfFullBatches() {
        for (int i = 0; i < 10_000; i++) {
            serve(1, Duration.ofMillis(1), Duration.ofNanos(2_000), Duration.ofNanos(60_000));
        }
        assertTrue(cost.itemsPerSecond() > 25_000, cost.itemsPerSecond() + ", it was 1,000 by what was served");
        assertTrue(
                cost.expectedFor(10_000).toMillis() < 200,
                "10,000 rows are expected to take " + cost.expectedFor(10_000));
        assertEquals(1, cost.expectedFor(1).toNanos() / 1e6, 0.1, "a single row still takes what it took");
    }

    @Test
    void oneStallDoesNotCountAsAMachineThatIsSlow() {
        serve(1, Duration.ofMillis(50), Duration.ZERO, Duration.ofMillis(49));
        assertTrue(cost.itemsPerSecond() > 1_000, cost.itemsPerSecond() + " a second");
    }

    @Test
    void fullBatchesThatTakeLongerLowerItToWhatIsServed() {
        for (int i = 0; i < 200; i++) {
            serve(32, Duration.ofMillis(64), Duration.ofMillis(1), Duration.ofMillis(60));
        }
        assertEquals(500, cost.itemsPerSecond(), 10);
    }

    @Test
    void onAMachineThatIsFourTimesSlowerSinglesTellSo() {
        cost = cost(PICTURES);
        for (int i = 0; i < 200; i++) {
            serve(1, Duration.ofMillis(42), Duration.ofMillis(1), Duration.ofMillis(40));
        }
        assertEquals(24, cost.itemsPerSecond(), 1);
    }

    @Test
    void whatDecodingCostsCounts() {
        cost = cost(PICTURES);
        for (int i = 0; i < 200; i++) {
            serve(8, Duration.ofMillis(160), Duration.ofMillis(80), Duration.ofMillis(80));
        }
        assertEquals(50, cost.itemsPerSecond(), 1);
        now += Duration.ofHours(1).toNanos();
        assertEquals(50, cost.itemsPerSecond(), 1, "which the profile does not know");
    }

    @Test
    void aLargeJobIsMeasuredByItsChunks() {
        for (int i = 0; i < 10; i++) {
            serve(10_000, Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofMillis(75));
        }
        assertEquals(100_000, cost.itemsPerSecond(), 5_000);
    }

    @Test
    void whileNothingIsServedItReturnsToTheProfile() {
        for (int i = 0; i < 1_000; i++) {
            serve(32, Duration.ofMillis(64), Duration.ZERO, Duration.ofMillis(60));
        }
        double busy = cost.itemsPerSecond();
        now += Duration.ofSeconds(20).toNanos();
        double later = cost.itemsPerSecond();
        now += Duration.ofMinutes(5).toNanos();
        assertTrue(busy < later && later < 5_000, busy + ", then " + later);
        assertEquals(500_000, cost.itemsPerSecond(), 5_000);
        serve(32, Duration.ofMillis(64), Duration.ZERO, Duration.ofMillis(60));
        assertTrue(cost.itemsPerSecond() < 2_000, "and one slow batch counts as much as the profile");
    }

    private BatchCost cost(BatchProfile profile) {
        return new BatchCost(() -> profile, () -> now);
    }

    private void serve(int items, Duration busy, Duration decoding, Duration inferring) {
        try (var _ = cost.begin()) {
            now += busy.toNanos();
            cost.measured(new BatchCost.Measured(items, 32, busy, decoding, inferring));
        }
    }
}
