package dev.sluice.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A process and all that it has started. */
public record ProcessTree(long pid) {
    /** Place in {@code /proc/PID/stat} after the name: user and system time, and both of the children that have ended. */
    private static final int USER_TIME = 11;

    private static final int OWN_TIMES = 2;
    private static final int TIMES_WITH_ENDED_CHILDREN = 4;

    /** Of processor time, with those of the tree that have ended: a Redis that writes its file anew does that in a child. */
    public double cpuSeconds() {
        return pids().stream()
                .mapToDouble(pid -> cpuSeconds(pid, TIMES_WITH_ENDED_CHILDREN))
                .sum();
    }

    /** Resident, what is shared counted in parts; bytes. */
    public long residentBytes() {
        return pids().stream().mapToLong(ProcessTree::residentBytes).sum();
    }

    /** Open files, sockets and pipes. */
    public long descriptors() {
        return pids().stream().mapToLong(ProcessTree::descriptors).sum();
    }

    /** As {@link #cpuSeconds()}, of this very process without those that it has started. */
    public static double ownCpuSeconds() {
        return cpuSeconds(ProcessHandle.current().pid(), OWN_TIMES);
    }

    private List<Long> pids() {
        return ProcessHandle.of(pid)
                .map(root -> Stream.concat(Stream.of(root), root.descendants())
                        .map(ProcessHandle::pid)
                        .toList())
                .orElse(List.of());
    }

    private static double cpuSeconds(long pid, int times) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        // The name in parentheses may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length < USER_TIME + times
                ? 0
                : Arrays.stream(fields, USER_TIME, USER_TIME + times)
                                .mapToLong(Long::parseLong)
                                .sum()
                        / Machine.TICKS_PER_SECOND;
    }

    private static long residentBytes(long pid) {
        return read(Path.of("/proc/" + pid + "/smaps_rollup"))
                .lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static long descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.count();
        } catch (IOException endedMeanwhile) {
            return 0;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }
}
