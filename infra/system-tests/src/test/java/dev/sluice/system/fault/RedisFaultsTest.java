package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static dev.sluice.system.Eventually.pass;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.queue.QueueKeys;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Redis dies, forgets, fills up, stands still, cannot be reached; nothing hangs, and what was accepted is kept as far as Redis kept it. */
@OnEachRedis
class RedisFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";

    private final Rig rig;
    private final FaultTable table;

    RedisFaultsTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void r6KilledUnderLoadWithAofAlways() throws Exception {
        config("appendfsync", "always");
        AsyncJobs jobs = new AsyncJobs();
        Traffic traffic = new Traffic(rig.apis(), Traffic.rows(5, DEADLINE, "20000")).poisson(100, 6);
        eventually("answers flow", LIMIT, () -> traffic.told().size() > 100);
        jobs.send(rig.api(1).client(), 100, 200).send(rig.api(2).client(), 100, 200);
        int open = jobs.accepted();
        rig.redis().kill();
        double killed = traffic.millis();
        pass(Duration.ofSeconds(1));
        rig.redis().startAgain();
        double up = traffic.millis();
        eventually(
                "answers flow again",
                LIMIT,
                () -> traffic.told().stream().anyMatch(one -> one.sentMs() > up && one.verdict() == Verdict.RIGHT));
        List<Told> told = traffic.finish();
        double back = told.stream()
                        .filter(one -> one.verdict() == Verdict.RIGHT && one.doneMs() > up)
                        .mapToDouble(Told::doneMs)
                        .min()
                        .orElseThrow()
                - up;
        long refused = Traffic.count(told, Verdict.REFUSED);
        int right = jobs.right(rig.api(1).client());
        List<Told> others =
                told.stream().filter(one -> one.verdict() != Verdict.REFUSED).toList();
        table.add(
                "R6 kill -9 of Redis under load, AOF always",
                told.stream().anyMatch(one -> one.sentMs() < killed && one.doneMs() > killed),
                "%d asynchronous jobs accepted, %d requests refused meanwhile".formatted(open, refused),
                (told.size() - refused) / (traffic.millis() / 1e3),
                "asynchronous: %d of %d right; synchronous %s; answers again %.0f ms after Redis"
                        .formatted(right, open, Traffic.summary(others), back),
                "0 accepted lost; ≤ 5000 ms",
                right == open && open > 100 && Traffic.allRight(others) && FaultTable.within(5_000, back));
    }

    @Test
    void r7TheEndOfItsFileIsCutOff() throws Exception {
        AsyncJobs before = new AsyncJobs().send(rig.api(1).client(), 20, 0);
        before.accepted();
        rig.redis().kill();
        rig.redis().truncateAppendOnlyFile(300);
        rig.redis().startAgain();
        worksAgain("R7 AOF truncated", "300 bytes cut off", new Traffic(rig.apis(), Traffic.rows(0)));
    }

    @Test
    void r7Flushed() throws Exception {
        long spin = 3_000;
        Traffic waiting = new Traffic(rig.apis(), Traffic.rows(spin, DEADLINE, "20000")).burst(100);
        eventually("jobs are open", LIMIT, () -> rig.queue().counter(Probe.DEPLOYMENT, "open.jobs") > 50);
        rig.queue().command(Request.cmd(Command.FLUSHALL));
        worksAgain("R7 FLUSHALL", "over 50 jobs were open", waiting);
    }

    @Test
    void r7WorkersAndHeldSetsDeleted() throws Exception {
        Traffic waiting = new Traffic(rig.apis(), Traffic.rows(200, DEADLINE, "20000")).burst(100);
        eventually(
                "jobs are held",
                LIMIT,
                () -> rig.queue().heldBy(Probe.DEPLOYMENT, rig.worker(1).pid()) > 0);
        String prefix = QueueKeys.prefix(Probe.DEPLOYMENT);
        for (String name :
                rig.queue().incarnations(Probe.DEPLOYMENT, rig.worker(1).pid())) {
            rig.queue().command(Request.cmd(Command.DEL).arg(prefix + "held:" + name));
        }
        rig.queue().command(Request.cmd(Command.DEL).arg(prefix + "workers"));
        rig.queue().command(Request.cmd(Command.SCRIPT).arg("FLUSH"));
        worksAgain("R7 registrations, held sets and scripts deleted", "a batch was held", waiting);
    }

    @Test
    void r8AnApiIsCutOffFromRedis() throws Exception {
        ServerProcess api = rig.api(1);
        long connectionsBefore = connections();
        api.network().cut();
        Traffic meanwhile = new Traffic(List.of(api), Traffic.rows(0, DEADLINE, "20000")).poisson(20, 8);
        pass(Duration.ofSeconds(ChaosForm.count(5, 10)));
        List<Told> told = meanwhile.finish();
        boolean retryAfter = told.stream()
                .allMatch(one -> one.answer() != null
                        && !one.answer().header("Retry-After").isEmpty());
        double slowest = Traffic.quantile(1, told.stream().map(Told::tookMs).toList());
        api.network().mend();
        Traffic after = new Traffic(List.of(api), Traffic.rows(0));
        eventually(
                "it answers again",
                LIMIT,
                () -> api.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
        double backMs = after.millis();
        List<Told> then = after.burst(50).finish();
        eventually("no connection is left behind", LIMIT, () -> connections() <= connectionsBefore);
        table.add(
                "R8 an API cut off from Redis",
                Traffic.count(told, Verdict.REFUSED) > 50,
                "%d requests meanwhile".formatted(told.size()),
                0,
                "%s, slowest %.0f ms; answers again after %.0f ms, then %s"
                        .formatted(Traffic.count(told), slowest, backMs, Traffic.summary(then)),
                "503 + Retry-After ≤ 2000 ms; no connection left",
                Traffic.count(told, Verdict.REFUSED) == told.size()
                        && retryAfter
                        && FaultTable.within(2_000, slowest)
                        && Traffic.allRight(then));
    }

    @Test
    void r29TheConnectionsOfAnApiFallSilent() throws Exception {
        ServerProcess api = rig.api(1);
        long connectionsBefore = connections();
        int lostBefore = lost(List.of(api));
        api.network().silence();
        Traffic meanwhile = new Traffic(List.of(api), Traffic.rows(0, DEADLINE, "20000")).poisson(20, 29);
        eventually(
                "it answers again",
                LIMIT,
                () -> meanwhile.told().stream().anyMatch(one -> one.verdict() == Verdict.RIGHT));
        double backMs = meanwhile.millis();
        List<Told> told = meanwhile.finish();
        eventually("both connections are new", LIMIT, () -> lost(List.of(api)) >= lostBefore + 2);
        int lost = lost(List.of(api)) - lostBefore;
        List<Told> then = new Traffic(List.of(api), Traffic.rows(0)).burst(50).finish();
        eventually("no connection is left behind", LIMIT, () -> connections() <= connectionsBefore);
        table.add(
                "R29 the connections of an API fall silent, new ones work",
                lost > 0,
                "%d connections given up".formatted(lost),
                0,
                "answers again after %.0f ms, %s; then %s"
                        .formatted(backMs, Traffic.count(told), Traffic.summary(then)),
                "≤ 5000 ms; commands and subscription on new connections, none left",
                FaultTable.within(5_000, backMs)
                        && told.stream()
                                .allMatch(one -> one.verdict() == Verdict.RIGHT || one.verdict() == Verdict.REFUSED)
                        && Traffic.allRight(then));
    }

    @Test
    void r29TheConnectionsOfAllWorkersFallSilent() throws Exception {
        long connectionsBefore = connections();
        int lostBefore = lost(rig.workers());
        for (ServerProcess worker : rig.workers()) {
            worker.network().silence();
        }
        Traffic waiting = new Traffic(rig.apis(), Traffic.rows(0, DEADLINE, "30000")).burst(40);
        List<Told> told = waiting.finish();
        double backMs = Traffic.quantile(1, told.stream().map(Told::doneMs).toList());
        int lost = lost(rig.workers()) - lostBefore;
        eventually("no connection is left behind", LIMIT, () -> connections() <= connectionsBefore);
        table.add(
                "R29 the connections of all workers fall silent, new ones work",
                lost > 0,
                "%d connections given up".formatted(lost),
                0,
                "%s, slowest %.0f ms".formatted(Traffic.summary(told), backMs),
                "all right, ≤ 5000 ms; no connection left",
                Traffic.allRight(told) && FaultTable.within(5_000, backMs));
    }

    private static int lost(List<ServerProcess> processes) throws IOException {
        int lost = 0;
        for (ServerProcess process : processes) {
            lost += (int) process.log()
                    .lines()
                    .filter(line -> line.contains("connection to Redis lost"))
                    .count();
        }
        return lost;
    }

    @Test
    void r9TheAnswerToAnAcceptIsLost() throws Exception {
        ServerProcess api = rig.api(1);
        long acceptedBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted");
        api.network().loseAnswers();
        Traffic traffic = new Traffic(
                        List.of(api),
                        (client, number) -> client.postJsonAsync(Probe.PATH, Probe.row(number, 0), DEADLINE, "20000"))
                .burst(1);
        eventually(
                "the accept has arrived",
                LIMIT,
                () -> rig.queue().counter(Probe.DEPLOYMENT, "total.accepted") > acceptedBefore);
        api.network().breakOff();
        api.network().mend();
        List<Told> told = traffic.finish();
        long accepted = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted") - acceptedBefore;
        table.add(
                "R9 the answer to an accept is lost, the accept repeated",
                accepted > 0,
                "accepted while answers vanished",
                1 / (traffic.millis() / 1e3),
                "%d job, %s".formatted(accepted, Traffic.summary(told)),
                "one job, answered right",
                accepted == 1 && Traffic.allRight(told));
    }

    @Test
    void r10RedisIsAbsentAtTheStart() throws Exception {
        rig.redis().kill();
        try (ServerProcess api = rig.startApi("early-api", Map.of());
                ServerProcess worker = rig.startWorker("early-worker", Map.of())) {
            eventually("the API says what it waits for", LIMIT, () -> api.log().contains("cannot connect to Redis"));
            eventually(
                    "the worker says what it waits for",
                    LIMIT,
                    () -> worker.log().contains("cannot connect to Redis"));
            boolean early = api.isReady() || worker.isReady();
            rig.redis().startAgain();
            api.awaitReady();
            worker.awaitReady();
            Answer answer = api.client().postJson(Probe.PATH, Probe.row(7, 0));
            table.add(
                    "R10 no Redis when API and worker start",
                    !early,
                    "both said so and were not ready",
                    0,
                    "both ready by themselves, then %d".formatted(answer.status()),
                    "ready by itself, answers",
                    Probe.isRight(answer, 7));
        }
    }

    @Test
    void r11OutOfMemory() throws Exception {
        SluiceClient client = rig.api(1).client();
        AsyncJobs jobs = new AsyncJobs().send(client, 400, 2_000);
        int open = jobs.accepted();
        long unfinished = rig.queue().counter(Probe.DEPLOYMENT, "open.jobs");
        try {
            config("maxmemory", "1");
            Answer refused = client.postJson(Probe.PATH, Probe.row(1, 0));
            int right = jobs.right(client);
            config("maxmemory", "0");
            eventually(
                    "new work is accepted again",
                    LIMIT,
                    () -> client.postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
            table.add(
                    "R11 Redis at its memory limit",
                    unfinished > 0,
                    "%d jobs open at the limit".formatted(unfinished),
                    0,
                    "new work %d (Retry-After %s); %d of %d accepted right"
                            .formatted(refused.status(), refused.header("Retry-After"), right, open),
                    "503; what was accepted finishes",
                    refused.status() == 503 && right == open);
        } finally {
            config("maxmemory", "0");
        }
    }

    /** None of the waiting hangs, none is told a wrong thing, and new work is answered. */
    private void worksAgain(String fault, String proof, Traffic waiting) throws Exception {
        Traffic after = new Traffic(rig.apis(), Traffic.rows(0));
        for (ServerProcess api : rig.apis()) {
            eventually(
                    "it works again",
                    LIMIT,
                    () -> api.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
        }
        double back = after.millis();
        List<Told> then = after.burst(100).finish();
        List<Told> told = waiting.finish();
        eventually("no job is left open", LIMIT, () -> rig.queue().counter(Probe.DEPLOYMENT, "open.jobs") == 0);
        double slowest = Traffic.quantile(1, told.stream().map(Told::doneMs).toList());
        boolean wellTold = told.stream().allMatch(one -> switch (one.verdict()) {
            case RIGHT, REFUSED, LATE -> true;
            case WRONG, FAILED, BROKEN -> false;
        });
        table.add(
                fault,
                true,
                proof,
                then.size() / (after.millis() / 1e3),
                "waiting: %s, slowest %.0f ms; works again after %.0f ms, then %s"
                        .formatted(Traffic.summary(told), slowest, back, Traffic.summary(then)),
                "none hangs or is wrong; works again ≤ 10 s",
                wellTold
                        && FaultTable.within(22_000, slowest)
                        && FaultTable.within(10_000, back)
                        && Traffic.allRight(then));
    }

    private void config(String name, String value) throws Exception {
        rig.queue().command(Request.cmd(Command.CONFIG).arg("SET").arg(name).arg(value));
    }

    private long connections() throws Exception {
        return rig.queue()
                .command(Request.cmd(Command.CLIENT).arg("LIST"))
                .toString()
                .lines()
                .count();
    }
}
