package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import dev.sluice.chaos.TcpProxy;
import dev.sluice.chaos.TestPorts;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RealSentinels;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failover behind a name: the processes resolve names in a file of their own, which both resolvers of a JVM read. */
@OnEachRedis
class MovedNamesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final String OLD_HOST = "127.0.0.2";
    private static final String NEW_HOST = "127.0.0.3";
    private static final String HERE = "127.0.0.1";

    private final RunningSluice sluice;
    private final RealRedis old;
    private final RealRedis successor;
    private final int port = TestPorts.take();
    private final TcpProxy oldHost;
    private final TcpProxy newHost;

    @TempDir
    Path folder;

    private ThreeProcesses processes;

    MovedNamesTest(String redisServer, Rigs rigs) throws Exception {
        sluice = rigs.sluice();
        old = RealRedis.startBinary(redisServer, "--repl-diskless-sync-delay", "0");
        successor = RealSentinels.replicaOf(old);
        oldHost = new TcpProxy(new InetSocketAddress(OLD_HOST, port), old.port());
        newHost = new TcpProxy(new InetSocketAddress(NEW_HOST, port), successor.port());
    }

    /** The name of Postgres leads nowhere at first. */
    @BeforeEach
    void start() throws Exception {
        name(OLD_HOST, OLD_HOST);
        processes = new ThreeProcesses(
                sluice,
                "redis://redis.test:" + port,
                sluice.newDatabase("moved").replace("@" + HERE, "@postgres.test"),
                "-Djdk.net.hosts.file=" + hosts());
        eventually(
                "the monitor says what it waits for",
                LIMIT,
                () -> processes.monitor().log().contains("Postgres is not available"));
        name(OLD_HOST, HERE);
        long moved = System.nanoTime();
        processes.monitor().awaitReady();
        double backMs = (System.nanoTime() - moved) / 1e6;
        new FaultTable("")
                .add(
                        "R30 the name of Postgres moves, nobody at the old host",
                        true,
                        "the monitor had said that Postgres is not available",
                        0,
                        "the monitor has its tables and is ready after %.0f ms".formatted(backMs),
                        "≤ 5000 ms",
                        FaultTable.within(5_000, backMs));
        processes.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        if (processes != null) {
            processes.close();
        }
        oldHost.close();
        newHost.close();
        successor.close();
        old.close();
    }

    @Test
    void r30TheNameOfRedisMovesAndTheOldHostIsAReplicaNow() throws Exception {
        move("R30 the name of Redis moves, the old host is a replica", this::swapRoles);
    }

    @Test
    void r30TheNameOfRedisMovesAndTheOldHostIsGone() throws Exception {
        move("R30 the name of Redis moves, the old host is gone", () -> {
            oldHost.cut();
            promoteTheSuccessor();
        });
    }

    private interface Failover {
        void happen() throws Exception;
    }

    private void move(String name, Failover failover) throws Exception {
        Map<ServerProcess, Integer> before = processes.connections();
        Traffic traffic = new Traffic(List.of(processes.api()), Traffic.rows(5, DEADLINE, "20000")).poisson(50, 30);
        eventually("answers flow", LIMIT, () -> traffic.told().size() > 50);
        int lostBefore = processes.lost();
        failover.happen();
        name(NEW_HOST, HERE);
        double moved = traffic.millis();
        Map<String, Double> backMs = processes.awaitReconnected(before);
        eventually(
                "answers flow again",
                LIMIT,
                () -> traffic.told().stream().anyMatch(one -> one.sentMs() > moved && one.verdict() == Verdict.RIGHT));
        List<Told> told = traffic.finish();
        double answeredMs = told.stream()
                        .filter(one -> one.verdict() == Verdict.RIGHT && one.sentMs() > moved)
                        .mapToDouble(Told::doneMs)
                        .min()
                        .orElseThrow()
                - moved;
        boolean wellTold =
                told.stream().allMatch(one -> one.verdict() == Verdict.RIGHT || one.verdict() == Verdict.REFUSED);
        int connections = before.values().stream().mapToInt(Integer::intValue).sum();
        eventually("each connection is there once", LIMIT, () -> newHost.connections() == connections);
        oldHost.mend();
        eventually("none is left at the old host", LIMIT, () -> oldHost.connections() == 0);
        try (QueueView view = new QueueView(successor.url())) {
            new FaultTable(view.redisVersion())
                    .add(
                            name,
                            processes.lost() > lostBefore,
                            "%d connections given up".formatted(processes.lost() - lostBefore),
                            Traffic.count(told, Verdict.RIGHT) / (traffic.millis() / 1e3),
                            "answers again %.0f ms after the name has moved; reconnected and ready: %s; %s; %d connections left"
                                    .formatted(
                                            answeredMs,
                                            ThreeProcesses.shown(backMs),
                                            Traffic.summary(told),
                                            connections),
                            "≤ 5000 ms; right or refused meanwhile; each connection once",
                            wellTold
                                    && FaultTable.within(5_000, answeredMs)
                                    && FaultTable.within(5_000, ThreeProcesses.slowest(backMs)));
        }
    }

    private void promoteTheSuccessor() throws Exception {
        try (QueueView view = new QueueView(successor.url())) {
            view.command(Request.cmd(Command.REPLICAOF).arg("NO").arg("ONE"));
        }
    }

    private void swapRoles() throws Exception {
        promoteTheSuccessor();
        try (QueueView view = new QueueView(old.url())) {
            view.command(Request.cmd(Command.REPLICAOF).arg(HERE).arg(successor.port()));
        }
    }

    private Path hosts() {
        return folder.resolve("hosts");
    }

    /** Where the two names lead from now on. */
    private void name(String redis, String postgres) throws Exception {
        Path next = Files.writeString(
                folder.resolve("hosts.next"),
                "%s redis.test\n%s postgres.test\n%s localhost %s\n"
                        .formatted(
                                redis,
                                postgres,
                                HERE,
                                InetAddress.getLocalHost().getHostName()));
        Files.move(next, hosts(), StandardCopyOption.ATOMIC_MOVE);
    }
}
