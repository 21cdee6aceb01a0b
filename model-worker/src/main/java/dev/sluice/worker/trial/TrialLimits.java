package dev.sluice.worker.trial;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What the trial of a version may use.
 *
 * @param memoryBytes heap, direct and native memory of the child JVM together
 * @param timeout for starting, loading and profiling
 */
public record TrialLimits(long memoryBytes, Duration timeout) {
    /** Half of the memory that this process may use, and a minute. */
    public static final TrialLimits DEFAULT = new TrialLimits(halfOfTheMemory(), Duration.ofSeconds(60));

    /** Of the machine, or of the container when it has a limit. */
    public static long halfOfTheMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() / 2
                : Runtime.getRuntime().maxMemory() * 2;
    }

    /** The child's heap, and apart from that its direct memory: what this worker has. */
    long heapBytes() {
        return Math.min(memoryBytes, Runtime.getRuntime().maxMemory());
    }
}
