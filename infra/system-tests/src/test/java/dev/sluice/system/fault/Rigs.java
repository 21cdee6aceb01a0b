package dev.sluice.system.fault;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.redis.RealRedis;
import dev.sluice.system.RunningSluice;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A rig for each Redis binary, shared by all test classes and closed after the last. */
final class Rigs implements AutoCloseable {
    private final RunningSluice sluice;
    private final Map<String, Rig> byServer = new HashMap<>();

    /** The redis-server binaries to run on: the one on the PATH (else the embedded one), in the long form both. */
    static List<String> redisServers() {
        Optional<String> onPath = RealRedis.onPath();
        if (!ChaosForm.isLong()) {
            return List.of(onPath.orElseGet(RealRedis::embedded));
        }
        return Stream.concat(onPath.stream(), Stream.of(RealRedis.embedded())).toList();
    }

    private Rigs(RunningSluice sluice) {
        this.sluice = sluice;
        Probe.register(sluice);
    }

    /** The system whose MLflow, Postgres and jars the rigs use. */
    RunningSluice sluice() {
        return sluice;
    }

    /** Hands them to every test that asks. */
    static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().equals(Rigs.class);
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            RunningSluice sluice = RunningSluice.shared(context);
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Rigs.class, _ -> new Rigs(sluice), Rigs.class);
        }
    }

    /** The rig on this redis-server binary, whole: what an earlier test has stopped runs again. */
    Rig on(String redisServer) throws Exception {
        Rig rig = byServer.get(redisServer);
        if (rig == null) {
            rig = new Rig(sluice, redisServer);
            byServer.put(redisServer, rig);
        }
        try {
            rig.makeWhole();
            return rig;
        } catch (AssertionError broken) {
            // The next test gets a fresh one, and this failure is not told as its own.
            byServer.remove(redisServer).close();
            throw broken;
        }
    }

    @Override
    public void close() throws IOException {
        for (Rig rig : byServer.values()) {
            rig.close();
        }
    }
}
