package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.ProcessTree;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A server that can be started, asked and stopped. */
public interface Contestant {
    String name();

    /** Of the software that answers. */
    String version();

    /** How it is set up, as its row in the table says. */
    String settings();

    Set<Work> works();

    /** For how long it is asked at least before it is measured. */
    default Duration leastWarmUp() {
        return Duration.ofSeconds(3);
    }

    /** Returns once it answers. */
    Running start() throws IOException, InterruptedException;

    /** While it runs; closing it stops it. */
    interface Running extends AutoCloseable {
        InetSocketAddress address();

        /** @param work one of those that it does */
        Exchange exchange(Work work);

        /** As a client asks who tells the server how long it will wait, where the server has an ear for that. */
        default Exchange exchangeWithin(Duration deadline, Work work) {
            return exchange(work);
        }

        /** Whether a lone client is answered rightly within a short time. */
        default boolean answers(Work work) {
            return Probing.answers(address(), exchange(work));
        }

        /** Its processes by the part that they play. */
        Map<String, ProcessTree> processes();

        @Override
        void close() throws IOException;
    }
}
