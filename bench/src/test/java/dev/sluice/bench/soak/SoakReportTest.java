package dev.sluice.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakReportTest {
    @Test
    void whatGrowsAfterTheFirstPartIsNamed() {
        SoakReport report = new SoakReport(List.of(
                Map.of("memory", 50.0, "keys", 10.0, "refused", 0.0),
                Map.of("memory", 100.0, "keys", 100.0, "refused", 0.0),
                Map.of("memory", 109.0, "keys", 140.0, "refused", 3.0)));
        assertEquals(
                List.of("keys: +40 %", "refused: +100 %"),
                report.grown().stream().sorted().toList());
        assertTrue(report.table().contains("| keys | 10.0 | 100.0 | 140.0 | +40 % |"), report.table());
    }
}
