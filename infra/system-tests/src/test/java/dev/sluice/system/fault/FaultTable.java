package dev.sluice.system.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One line for each fault: what was done, the proof of its effect, the result. Printed at once and stored in {@code target/faults.md}. */
public final class FaultTable {
    private static final int BUSY = 8;
    private static final Path FILE = Path.of("target/faults.md");
    private static final List<String> LINES = new ArrayList<>(List.of(
            "| fault | Redis | proof of the effect | accepted/s | figures | limit | verdict |",
            "|---|---|---|---|---|---|---|"));

    private final String redis;

    /** @param redis its version */
    public FaultTable(String redis) {
        this.redis = redis;
    }

    /**
     * Writes the line, then asserts that the fault had an effect and that the promise held.
     *
     * @param bit whether the fault had an effect; without one, the line proves nothing
     */
    public void add(
            String fault,
            boolean bit,
            String proof,
            double acceptedPerSecond,
            String figures,
            String limit,
            boolean held) {
        String verdict = !bit ? "NO EFFECT" : held ? "held" : "BROKEN";
        String line = "| %s | %s | %s | %.0f | %s | %s | %s |"
                .formatted(fault, redis, proof, acceptedPerSecond, figures, limit, verdict);
        write(line);
        assertTrue(bit && held, line);
    }

    /**
     * Whether a promised time was kept. Only the long form insists: elsewhere the machine may be busy with other work, and the bound only
     * guards against hanging.
     */
    public static boolean within(double promisedMs, double actualMs) {
        return actualMs <= (ChaosForm.isLong() ? promisedMs : BUSY * promisedMs);
    }

    private static synchronized void write(String line) {
        System.out.println(line);
        LINES.add(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, LINES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
