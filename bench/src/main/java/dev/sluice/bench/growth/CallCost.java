package dev.sluice.bench.growth;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one kind of call costs Redis, summed over many. */
final class CallCost {
    private final Rig rig;
    private RedisUsage used = RedisUsage.NONE;
    private int times;
    private long nanos;

    CallCost(Rig rig) {
        this.rig = rig;
    }

    interface Call<T> {
        T make() throws InterruptedException;
    }

    <T> T of(Call<T> call) throws InterruptedException {
        RedisUsage before = rig.usage();
        long begin = System.nanoTime();
        T answer = call.make();
        nanos += System.nanoTime() - begin;
        used = used.plus(rig.usage().since(before));
        times++;
        return answer;
    }

    /**
     * For one call.
     *
     * @param callsAtOnce that were made each time
     * @param nothing as often without any: what the measuring itself costs
     */
    Map<String, Double> figures(int callsAtOnce, CallCost nothing) {
        RedisUsage net = used.since(nothing.used);
        double calls = (double) times * callsAtOnce;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("Redis µs", 1e6 * net.cpuSeconds() / calls);
        figures.put("of it script µs", 1e6 * net.scriptSeconds() / calls);
        figures.put("commands", net.commands() / calls);
        figures.put("bytes in", net.bytesIn() / calls);
        figures.put("bytes out", net.bytesOut() / calls);
        figures.put("round trip ms", nanos / 1e6 / calls);
        return figures;
    }
}
