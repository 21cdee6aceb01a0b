package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.model.BatchProfile.Point;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchProfileTest {
    @Test
    void anyBatchTakesTimeInProportionToTheMeasuredOnesNextToIt() {
        BatchProfile profile = new BatchProfile(List.of(new Point(8, 400), new Point(2, 200), new Point(1, 125)));
        assertEquals(
                List.of(0L, 8L, 10L, 15L, 20L, 40L),
                List.of(0, 1, 2, 5, 8, 16).stream()
                        .map(items -> profile.durationOf(items).toMillis())
                        .toList());
    }

    @Test
    void belowTheSmallestMeasuredBatchItsRateHolds() {
        BatchProfile profile = new BatchProfile(List.of(new Point(32, 320)));
        assertEquals(Duration.ofMillis(50), profile.durationOf(16));
    }
}
