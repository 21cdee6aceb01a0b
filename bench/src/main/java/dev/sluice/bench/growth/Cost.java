package dev.sluice.bench.growth;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a stretch of time has brought and cost.
 *
 * @param jobs answered
 * @param workerCpu seconds of all worker processes, {@code senderCpu} of this one
 * @param foreignShare of the machine's processor time that others used meanwhile
 */
record Cost(long jobs, double seconds, RedisUsage redis, double workerCpu, double senderCpu, double foreignShare) {

    double perSecond() {
        return jobs / seconds;
    }

    /** For one job each, but the first and the last. */
    Map<String, Double> perJob() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("jobs/s", perSecond());
        figures.put("Redis µs", 1e6 * redis.cpuSeconds() / jobs);
        figures.put("of it scripts µs", 1e6 * redis.scriptSeconds() / jobs);
        figures.put("script calls", (double) redis.scripts() / jobs);
        figures.put("commands", (double) redis.commands() / jobs);
        figures.put("bytes in", (double) redis.bytesIn() / jobs);
        figures.put("bytes out", (double) redis.bytesOut() / jobs);
        figures.put("bytes kept", (double) redis.memory() / jobs);
        figures.put("worker µs", 1e6 * workerCpu / jobs);
        figures.put("sender µs", 1e6 * senderCpu / jobs);
        figures.put("CPU µs in all", 1e6 * (redis.cpuSeconds() + workerCpu + senderCpu) / jobs);
        figures.put("foreign load %", 100 * foreignShare);
        return figures;
    }

    /** What it costs to be there, jobs or none. */
    Map<String, Double> perSecondIdle() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("idle: commands/s", redis.commands() / seconds);
        figures.put("idle: Redis % of a core", 100 * redis.cpuSeconds() / seconds);
        figures.put("idle: worker % of a core", 100 * workerCpu / seconds);
        figures.put("idle: sender % of a core", 100 * senderCpu / seconds);
        return figures;
    }
}
