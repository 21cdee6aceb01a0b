package dev.sluice.bench.soak;

import dev.sluice.bench.machine.ProcessTree;
import dev.sluice.bench.machine.RedisSession;
import dev.sluice.bench.machine.RedisUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Reads what the processes use, every ten seconds, and averages it over a part of the run. */
final class SoakReader implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final double MEGABYTE = 1e6;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, ProcessTree> processes;
    private final Path logs;
    private final RedisSession redis;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private int readings;
    private long logBytesBefore;

    /**
     * @param processes by name
     * @param redis its address
     * @param logs the folder of their logs
     */
    SoakReader(Map<String, ProcessTree> processes, String redis, Path logs) throws Exception {
        this.processes = processes;
        this.logs = logs;
        this.redis = new RedisSession(redis, "soak");
        this.logBytesBefore = logBytes();
        var _ = clock.scheduleAtFixedRate(this::read, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** The mean of each measure since the last call. */
    synchronized Map<String, Double> part() {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((measure, sum) -> means.put(measure, sum / readings));
        long logged = logBytes();
        means.put("logged, kB", (logged - logBytesBefore) / 1e3);
        logBytesBefore = logged;
        sums.clear();
        readings = 0;
        return means;
    }

    private void read() {
        Map<String, Double> reading = new LinkedHashMap<>();
        processes.forEach((name, tree) -> {
            reading.put("memory of " + name + ", MB", tree.residentBytes() / MEGABYTE);
            reading.put("descriptors of " + name, (double) tree.descriptors());
        });
        try {
            RedisUse use = redis.use();
            reading.put("used_memory of Redis, MB", use.usedBytes() / MEGABYTE);
            reading.put("keys in Redis", (double) use.keys());
            reading.put("connections to Redis", (double) use.connections());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("a reading is missing: " + e.getMessage());
            return;
        }
        add(reading);
    }

    private synchronized void add(Map<String, Double> reading) {
        reading.forEach((measure, value) -> sums.merge(measure, value, Double::sum));
        readings++;
    }

    private long logBytes() {
        try (Stream<Path> files = Files.list(logs)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        redis.close();
    }
}
