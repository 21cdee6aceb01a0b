package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RealSentinels;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The primary is lost while an API, a worker and a monitor use it through three Sentinels; two replicas hold what it held. */
@OnEachRedis
@Isolated("its bounds hold for a machine without other work")
class FailoverFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final String[] SETTINGS = {
        "--min-replicas-to-write", "1", "--min-replicas-max-lag", "10", "--repl-diskless-sync-delay", "0"
    };
    /** The view's own. */
    private static final int OURS = 1;

    private final String redisServer;
    private final Rigs rigs;
    private RealRedis primary;
    private List<RealRedis> replicas = List.of();
    private RealSentinels sentinels;
    private ThreeProcesses processes;

    FailoverFaultsTest(String redisServer, Rigs rigs) {
        this.redisServer = redisServer;
        this.rigs = rigs;
    }

    @BeforeEach
    void start() throws Exception {
        primary = RealRedis.startBinary(redisServer, SETTINGS);
        replicas = List.of(RealSentinels.replicaOf(primary, SETTINGS), RealSentinels.replicaOf(primary, SETTINGS));
        try (QueueView view = new QueueView(primary.url())) {
            eventually(
                    "the replicas are in step",
                    LIMIT,
                    () -> info(view, "replication").split("state=online").length == 3);
        }
        sentinels = RealSentinels.watching(primary);
        for (int port : sentinels.ports()) {
            try (QueueView view = new QueueView("redis://127.0.0.1:" + port)) {
                eventually(
                        "the Sentinels know each other and the replicas",
                        LIMIT,
                        () -> info(view, "sentinel").contains("status=ok")
                                && info(view, "sentinel").contains("slaves=2,sentinels=3"));
            }
        }
        processes =
                new ThreeProcesses(rigs.sluice(), sentinels.url(), rigs.sluice().newDatabase("failover"));
        processes.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        if (processes != null) {
            processes.close();
        }
        if (sentinels != null) {
            sentinels.close();
        }
        replicas.forEach(RealRedis::close);
        primary.close();
    }

    @Test
    void thePrimaryIsKilledUnderLoad() throws Exception {
        failover("Sentinel: kill -9 of the primary under load", RealRedis::kill);
    }

    @Test
    void thePrimaryFallsSilentUnderLoad() throws Exception {
        failover("Sentinel: the primary falls silent (SIGSTOP) under load", RealRedis::pause);
    }

    private interface Fault {
        void injectInto(RealRedis primary) throws Exception;
    }

    private void failover(String name, Fault fault) throws Exception {
        Map<ServerProcess, Integer> connectedBefore = processes.connections();
        ServerProcess api = processes.api();
        AsyncJobs jobs = new AsyncJobs();
        Traffic traffic = new Traffic(List.of(api), Traffic.rows(5, DEADLINE, "20000")).poisson(50, 40);
        eventually("answers flow", LIMIT, () -> traffic.told().size() > 50);
        jobs.send(api.client(), 100, 200);
        int open = jobs.accepted();
        fault.injectInto(primary);
        double injected = traffic.millis();
        RealRedis successor = elected();
        double elected = traffic.millis();
        Map<String, Double> backMs = processes.awaitReconnected(connectedBefore);
        eventually(
                "answers flow again",
                LIMIT,
                () -> traffic.told().stream()
                        .anyMatch(one -> one.sentMs() > elected && one.verdict() == Verdict.RIGHT));
        List<Told> told = traffic.finish();
        double answeredMs = told.stream()
                        .filter(one -> one.verdict() == Verdict.RIGHT && one.doneMs() > elected)
                        .mapToDouble(Told::doneMs)
                        .min()
                        .orElseThrow()
                - elected;
        int right = jobs.right(api.client());
        try (QueueView view = new QueueView(successor.url())) {
            int ours = connectedBefore.values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            eventually("each connection is there once", LIMIT, () -> clients(view) - OURS == ours);
            boolean held =
                    told.stream().allMatch(one -> one.verdict() == Verdict.RIGHT || one.verdict() == Verdict.REFUSED);
            new FaultTable(view.redisVersion())
                    .add(
                            name,
                            told.stream().anyMatch(one -> one.sentMs() < injected && one.doneMs() > injected),
                            "%d asynchronous jobs accepted; a successor elected after %.0f ms"
                                    .formatted(open, elected - injected),
                            Traffic.count(told, Verdict.RIGHT) / (traffic.millis() / 1e3),
                            "answers again %.0f ms after the election; reconnected and ready: %s; %d of %d asynchronous jobs right; synchronous %s; %d connections left"
                                    .formatted(
                                            answeredMs, ThreeProcesses.shown(backMs), right, open, causes(told), ours),
                            "≤ 5000 ms; refused meanwhile; accepted jobs right; each connection once",
                            held
                                    && right == open
                                    && FaultTable.within(5_000, answeredMs)
                                    && FaultTable.within(5_000, ThreeProcesses.slowest(backMs)));
        }
    }

    /** Waits for the election. */
    private RealRedis elected() throws Exception {
        try (QueueView view =
                new QueueView("redis://127.0.0.1:" + sentinels.ports().getFirst())) {
            eventually("a successor is elected", LIMIT, () -> primaryPort(view) != primary.port());
            int port = primaryPort(view);
            return replicas.stream()
                    .filter(replica -> replica.port() == port)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int primaryPort(QueueView sentinel) throws Exception {
        return sentinel.command(Request.cmd(Command.SENTINEL)
                        .arg("GET-MASTER-ADDR-BY-NAME")
                        .arg(RealSentinels.SERVICE))
                .get(1)
                .toInteger();
    }

    private static String info(QueueView view, String section) throws Exception {
        return view.command(Request.cmd(Command.INFO).arg(section)).toString();
    }

    /** Without those of Sentinels and replicas. */
    private static long clients(QueueView view) throws Exception {
        return view.command(Request.cmd(Command.CLIENT).arg("LIST"))
                .toString()
                .lines()
                .filter(client -> !client.contains("name=sentinel-") && !client.matches(".* flags=\\S*[SM].*"))
                .count();
    }

    /** How many of each ending, with the problem that named it. */
    private static String causes(List<Told> told) {
        return told.stream()
                .collect(Collectors.groupingBy(
                        one -> one.verdict() == Verdict.RIGHT || one.answer() == null
                                ? one.verdict().toString()
                                : "%s %d %s"
                                        .formatted(
                                                one.verdict(),
                                                one.answer().status(),
                                                one.answer()
                                                        .body()
                                                        .path("title")
                                                        .asText()),
                        TreeMap::new,
                        Collectors.counting()))
                .toString();
    }
}
