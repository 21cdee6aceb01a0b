package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.Slow;
import dev.sluice.worker.models.RandomVersions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before an engine sees it, each version is accepted or rejected with a reason, whatever is in its files: nothing else leaves the checks. */
@Slow
class RandomVersionsTest {
    private static final int MOST_ALLOCATED = 64 << 20;

    @TempDir
    Path folder;

    @Test
    void eachIsAcceptedOrRejectedWithAReasonWithinItsMemory() throws Exception {
        int count = ChaosForm.count(10_000, 100_000);
        RandomVersions versions = new RandomVersions(ChaosForm.seed());
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, Integer> reasons = new TreeMap<>();
        int accepted = 0;
        long mostAllocated = 0;
        for (int i = 0; i < count; i++) {
            versions.writeTo(folder);
            long before = thread.getCurrentThreadAllocatedBytes();
            try {
                CheckedFiles.of(folder);
                accepted++;
            } catch (UnservableModelException e) {
                String reason = String.valueOf(e.getMessage());
                assertFalse(
                        reason.isBlank() || reason.contains("Exception") || reason.contains(folder.toString()), reason);
                reasons.merge(reason.replaceAll("'[^']*'", "'…'").replaceAll("-?\\d+", "1"), 1, Integer::sum);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("version %d of seed %d".formatted(i, ChaosForm.seed()), e);
            }
            mostAllocated = Math.max(mostAllocated, thread.getCurrentThreadAllocatedBytes() - before);
        }
        System.out.printf(
                "%d random versions (%s): %d accepted, %d rejected for %d kinds of reasons, at most %d KiB allocated for one%n",
                count, ChaosForm.describe(), accepted, count - accepted, reasons.size(), mostAllocated >> 10);
        reasons.forEach((reason, times) -> System.out.printf("  %5d %s%n", times, reason));
        assertTrue(accepted >= count / 10, "too few are accepted to say anything: " + accepted);
        assertTrue(mostAllocated < MOST_ALLOCATED, mostAllocated + " bytes were allocated for one");
    }
}
