package dev.sluice.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakReportTest {
    private static final SoakReport REPORT = new SoakReport(List.of(
            measures(50, 10, 90, 0),
            measures(100, 100, 60, 0),
            measures(103, 120, 90, 0),
            measures(104, 130, 70, 0),
            measures(106, 140, 92, 3),
            measures(109, 150, 65, 0)));

    @Test
    void whatGrowsAfterTheFirstPartIsNamed() {
        assertEquals(
                List.of("connections: +25 %", "refused: +100 %"),
                REPORT.grown().stream().sorted().toList());
    }

    @Test
    void theTableHasAColumnForEachPart() {
        assertTrue(
                REPORT.table().contains("| connections | 10.0 | 100.0 | 120.0 | 130.0 | 140.0 | 150.0 | +25 % |"),
                REPORT.table());
    }

    private static Map<String, Double> measures(double memory, double connections, double keys, double refused) {
        return Map.of("memory", memory, "connections", connections, "keys", keys, "refused", refused);
    }
}
