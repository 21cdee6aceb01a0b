package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static dev.sluice.system.Eventually.pass;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisTrouble;
import dev.sluice.system.BesideOthers;
import dev.sluice.system.SluiceClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that executes no writes, refuses a login, or stands still while processes start: an API, a worker and a monitor meet it. */
@OnEachRedis
@BesideOthers
class RefusedWritesFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<RedisFault> FAULTS = List.of(
            RedisFault.OUT_OF_MEMORY,
            RedisFault.DISK,
            RedisFault.READ_ONLY,
            RedisFault.TOO_FEW_REPLICAS,
            RedisFault.BUSY,
            RedisFault.MISSING_RIGHT,
            RedisFault.WRONG_PASSWORD);

    private final ProcessesInTrouble troubled;
    private final RedisTrouble trouble;
    private ThreeProcesses processes;

    RefusedWritesFaultsTest(String redisServer, Rigs rigs) {
        troubled = new ProcessesInTrouble(redisServer, rigs);
        trouble = troubled.trouble();
    }

    @BeforeEach
    void start() throws Exception {
        processes = troubled.start("refused");
    }

    @AfterEach
    void stop() throws Exception {
        troubled.close();
    }

    @Test
    void r33ExecutesNoWrites() throws Exception {
        processes.awaitReady();
        for (RedisFault fault : FAULTS) {
            refuses(fault);
        }
    }

    @Test
    void r32RefusesTheLoginAndThenAcceptsIt() throws Exception {
        processes.awaitReady();
        int connectionsBefore = info("connected_clients");
        int attemptsBefore = info("total_connections_received");
        trouble.begin(RedisFault.WRONG_PASSWORD);
        named(RedisFault.WRONG_PASSWORD);
        int most = 0;
        long seconds = ChaosForm.count(15, 600);
        for (long second = 0; second < seconds; second++) {
            pass(Duration.ofSeconds(1));
            most = Math.max(most, info("connected_clients"));
        }
        int attempts = info("total_connections_received") - attemptsBefore;
        trouble.end(RedisFault.WRONG_PASSWORD);
        Map<String, Double> backMs = recovered(RedisFault.WRONG_PASSWORD);
        table().add(
                        "R32 the password is wrong for %d s, then right".formatted(seconds),
                        attempts > 6,
                        "%d attempts to log in".formatted(attempts),
                        0,
                        "connections %d before, at most %d meanwhile; ready after the right one: %s"
                                .formatted(connectionsBefore, most, ThreeProcesses.shown(backMs)),
                        "connections flat; ready by itself, ≤ 60 s",
                        most <= connectionsBefore && FaultTable.within(62_000, ThreeProcesses.slowest(backMs)));
    }

    @Test
    void r31StandsStillWhileTheyStart() throws Exception {
        processes.awaitReady();
        int connectionsBefore = info("connected_clients");
        troubled.end();
        troubled.redis().pause();
        long seconds = ChaosForm.count(10, 70);
        processes = troubled.start("paused");
        for (ServerProcess process : processes.all()) {
            eventually(
                    process.name() + " says what it waits for",
                    LIMIT,
                    () -> process.log().contains("cannot connect to Redis"));
        }
        pass(Duration.ofSeconds(seconds));
        boolean early = processes.all().stream().anyMatch(ServerProcess::isReady);
        troubled.redis().resume();
        Map<String, Double> backMs = recovered(RedisFault.DISCONNECTED);
        processes.awaitReady();
        eventually("no connection is left behind", LIMIT, () -> info("connected_clients") <= connectionsBefore);
        table().add(
                        "R31 Redis stands still (SIGSTOP) for %d s while they start".formatted(seconds),
                        !early,
                        "all said so, none was ready",
                        0,
                        "ready after it goes on: %s; %d connections"
                                .formatted(ThreeProcesses.shown(backMs), info("connected_clients")),
                        "ready by itself ≤ 15 s, a worker with its model; no connection left",
                        FaultTable.within(15_000, ThreeProcesses.slowest(backMs)));
    }

    private void refuses(RedisFault fault) throws Exception {
        Map<ServerProcess, Long> linesBefore = new LinkedHashMap<>();
        for (ServerProcess process : processes.all()) {
            linesBefore.put(process, faultLines(process));
        }
        trouble.begin(fault);
        List<String> said = named(fault);
        Answer refused = processes.api().client().postJson(Probe.PATH, Probe.row(1, 0));
        pass(Duration.ofSeconds(ChaosForm.count(3, 30)));
        List<String> lines = new ArrayList<>();
        long most = 0;
        for (ServerProcess process : processes.all()) {
            long count = faultLines(process) - linesBefore.get(process);
            most = Math.max(most, count);
            lines.add("%s %d".formatted(process.name(), count));
        }
        trouble.end(fault);
        Map<String, Double> backMs = recovered(fault);
        eventually(
                "it answers again",
                LIMIT,
                () -> processes
                                .api()
                                .client()
                                .postJson(Probe.PATH, Probe.row(1, 0))
                                .status()
                        == 200);
        long mostLines = switch (fault) {
            // Of each of a worker's three connections it is logged that it is lost, and that the login is
            // refused.
            case WRONG_PASSWORD -> 6;
            // That each is lost, once, however often the address still leads to a replica.
            case READ_ONLY -> 4;
            default -> 3;
        };
        table().add(
                        "R33 %s: Redis executes no writes".formatted(fault.label()),
                        refused.status() == 503,
                        "a request: %d %s, %s"
                                .formatted(
                                        refused.status(),
                                        refused.body().path("type").asText(),
                                        refused.body().path("fault").asText()),
                        0,
                        "%s; Retry-After %s; warnings logged: %s; without it after: %s"
                                .formatted(
                                        String.join(", ", said),
                                        refused.header("Retry-After"),
                                        String.join(", ", lines),
                                        ThreeProcesses.shown(backMs)),
                        "named by all, few log lines, back ≤ 5 s (a login: ≤ 60 s)",
                        refused.body().path("fault").asText().equals(fault.label())
                                && !refused.text().contains("user_script")
                                && most <= mostLines
                                && FaultTable.within(
                                        fault == RedisFault.WRONG_PASSWORD ? 62_000 : 5_000,
                                        ThreeProcesses.slowest(backMs)));
    }

    /** Waits until health and metrics of each process say so; returns what each said. */
    private List<String> named(RedisFault fault) throws Exception {
        List<String> said = new ArrayList<>();
        for (ServerProcess process : processes.all()) {
            eventually(
                    process.name() + " names " + fault,
                    LIMIT,
                    () -> health(process).text().contains(fault.sentence()) && metric(process, fault));
            said.add("%s ready %d".formatted(process.name(), health(process).status()));
        }
        return said;
    }

    /** How many milliseconds it takes until each process is ready and no longer says so. */
    private Map<String, Double> recovered(RedisFault fault) throws Exception {
        long begun = System.nanoTime();
        Map<String, Double> backMs = new LinkedHashMap<>();
        eventually("all have recovered from " + fault, LIMIT, () -> {
            for (ServerProcess process : processes.all()) {
                boolean well =
                        process.isReady() && !health(process).text().contains(fault.fault()) && !metric(process, fault);
                if (well) {
                    backMs.putIfAbsent(process.name(), (System.nanoTime() - begun) / 1e6);
                }
            }
            return backMs.size() == processes.all().size();
        });
        return backMs;
    }

    private static Answer health(ServerProcess process) {
        return process.management().get("/health/ready");
    }

    private static boolean metric(ServerProcess process, RedisFault fault) {
        return process.management()
                .get("/metrics")
                .text()
                .contains("sluice_redis_fault{fault=\"%s\"} 1".formatted(fault.label()));
    }

    /** Everything that it has warned of. */
    private static long faultLines(ServerProcess process) throws IOException {
        return process.log()
                .lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .count();
    }

    private int info(String field) {
        Matcher number = Pattern.compile(field + ":(\\d+)").matcher(trouble.command("INFO", "everything"));
        if (!number.find()) {
            throw new AssertionError("INFO has no " + field);
        }
        return Integer.parseInt(number.group(1));
    }

    private FaultTable table() {
        Matcher version = Pattern.compile("redis_version:(\\S+)").matcher(trouble.command("INFO", "server"));
        return new FaultTable(version.find() ? version.group(1) : "");
    }
}
