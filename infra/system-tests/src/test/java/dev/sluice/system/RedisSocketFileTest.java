package dev.sluice.system;

import dev.sluice.queue.RealRedis;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every process accepts every form of Redis's address, also that of a socket file. */
@ExtendWith(RunningSluice.Shared.class)
class RedisSocketFileTest {
    @TempDir
    Path folder;

    private final RunningSluice sluice;

    RedisSocketFileTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-frontend", "model-worker", "monitor"})
    void aProcessConnectsToASocketFile(String module) throws Exception {
        Path socket = folder.resolve("redis.sock");
        Map<String, String> environment = Map.of(
                "SLUICE_REDIS", "unix://" + socket,
                "SLUICE_PORT", "0",
                "SLUICE_MANAGEMENT_PORT", "0",
                "SLUICE_MONITOR_PORT", "0",
                // Nobody answers there; neither is needed to connect to Redis.
                "SLUICE_MLFLOW", "http://127.0.0.1:1",
                "SLUICE_DATABASE", "postgresql://nobody@127.0.0.1:1/none",
                "SLUICE_CACHE", folder.resolve("cache").toString());
        try (RealRedis redis = RealRedis.start("--unixsocket", socket.toString());
                ChildProcess process = ChildProcess.java(sluice, module, environment, folder)) {
            process.awaitOutput("connected to Redis");
        }
    }
}
