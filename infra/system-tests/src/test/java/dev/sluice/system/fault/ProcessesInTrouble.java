package dev.sluice.system.fault;

import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisTrouble;
import dev.sluice.system.RunningSluice;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Redis of a test's own, its faults, and the three processes that meet them. */
final class ProcessesInTrouble implements AutoCloseable {
    private final RunningSluice sluice;
    private final RealRedis redis;
    private final RedisTrouble trouble;
    private @Nullable ThreeProcesses present;

    ProcessesInTrouble(String redisServer, Rigs rigs) {
        this.sluice = rigs.sluice();
        this.redis = RealRedis.startBinary(redisServer);
        this.trouble = new RedisTrouble(redis);
    }

    RealRedis redis() {
        return redis;
    }

    RedisTrouble trouble() {
        return trouble;
    }

    /** Ends those before. The new ones are starting. */
    ThreeProcesses start(String database) throws Exception {
        return start(_ -> redis.url(), database);
    }

    /** @param address of Redis for the process of this name */
    ThreeProcesses start(UnaryOperator<String> address, String database) throws Exception {
        end();
        present = new ThreeProcesses(sluice, address, sluice.newDatabase(database));
        return present;
    }

    void end() throws IOException {
        if (present != null) {
            present.close();
            present = null;
        }
    }

    @Override
    public void close() throws IOException {
        end();
        trouble.close();
        redis.close();
    }
}
