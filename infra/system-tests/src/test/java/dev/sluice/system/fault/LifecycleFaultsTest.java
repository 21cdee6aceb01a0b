package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import dev.sluice.system.fault.Traffic.Told;
import dev.sluice.system.fault.Traffic.Verdict;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Processes are started, stopped and killed as a deployment does it; clients behind a load balancer notice nothing, or can repeat. */
@OnEachRedis
class LifecycleFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEADLINE = "X-Sluice-Deadline-Ms";
    private static final String NO_NGINX = "nginx is not installed";

    private final Rig rig;
    private final FaultTable table;

    LifecycleFaultsTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void r5AnApiBehindNginxIsKilled() throws Exception {
        assumeTrue(Nginx.isInstalled(), NO_NGINX);
        try (Nginx nginx = Nginx.plain(rig.apis(), "error timeout")) {
            long acceptedBefore = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted");
            String run = "r5-" + System.nanoTime() + "-";
            AsyncJobs jobs = new AsyncJobs().send(rig.api(1).client(), 100, 300);
            int asynchronous = jobs.accepted();
            Traffic traffic = new Traffic(nginx.client(), (client, number) -> withKey(client, run, number)).burst(100);
            eventually(
                    "all are accepted",
                    LIMIT,
                    () -> rig.queue().counter(Probe.DEPLOYMENT, "total.accepted")
                            == acceptedBefore + asynchronous + 100);
            double killed = traffic.millis();
            rig.api(1).kill();
            List<Told> told = traffic.finish();
            List<Told> cutOff =
                    told.stream().filter(one -> one.verdict() != Verdict.RIGHT).toList();
            double slowest = Traffic.quantile(
                    1, cutOff.stream().map(one -> one.doneMs() - killed).toList());
            int repeatedRight = 0;
            for (Told one : cutOff) {
                if (Probe.isRight(SluiceClient.await(withKey(nginx.client(), run, one.number())), one.number())) {
                    repeatedRight++;
                }
            }
            int right = jobs.right(rig.api(2).client());
            long accepted = rig.queue().counter(Probe.DEPLOYMENT, "total.accepted") - acceptedBefore;
            boolean badGateway = cutOff.stream()
                    .allMatch(one -> one.answer() != null && one.answer().status() == 502);
            table.add(
                    "R5 kill -9 of one of two APIs behind nginx",
                    !cutOff.isEmpty(),
                    "%d synchronous callers cut off".formatted(cutOff.size()),
                    told.size() / (traffic.millis() / 1e3),
                    "502 at once (slowest %.0f ms), repeated with their key %d of %d right, %d jobs for %d requests; asynchronous %d of %d found through the other"
                            .formatted(
                                    slowest,
                                    repeatedRight,
                                    cutOff.size(),
                                    accepted,
                                    asynchronous + told.size(),
                                    right,
                                    asynchronous),
                    "502 ≤ 1000 ms, the first answer on repeating, 0 lost",
                    badGateway
                            && FaultTable.within(1_000, slowest)
                            && repeatedRight == cutOff.size()
                            && accepted == asynchronous + told.size()
                            && right == asynchronous);
        }
    }

    @Test
    void r18RollingRestartOfEveryProcess() throws Exception {
        assumeTrue(Nginx.isInstalled(), NO_NGINX);
        int rounds = ChaosForm.count(1, 3);
        try (Nginx nginx = Nginx.frontDoor(rig.apis())) {
            Traffic traffic =
                    new Traffic(nginx.client(), Traffic.rows(5, DEADLINE, "20000")).poisson(100, ChaosForm.seed());
            List<ServerProcess> all = new ArrayList<>(rig.apis());
            all.addAll(rig.workers());
            int restarted = 0;
            for (int round = 0; round < rounds; round++) {
                for (ServerProcess process : all) {
                    process.terminate();
                    process.awaitEnd(LIMIT);
                    process.startAgain();
                    process.awaitReady();
                    restarted++;
                }
            }
            List<Told> told = traffic.finish();
            table.add(
                    "R18 rolling restart by SIGTERM of every API and worker",
                    restarted == rounds * 4,
                    "%d processes restarted".formatted(restarted),
                    told.size() / (traffic.millis() / 1e3),
                    "%s of %d, slowest %.0f ms"
                            .formatted(
                                    Traffic.summary(told),
                                    told.size(),
                                    Traffic.quantile(
                                            1, told.stream().map(Told::tookMs).toList())),
                    "0 failed",
                    Traffic.allRight(told));
        }
    }

    @Test
    void r27StartedAndStoppedManyTimes() throws Exception {
        int times = ChaosForm.count(3, 25);
        long keysBefore = keys();
        long connectionsBefore = connections();
        List<String> filesBefore = rig.temporaryFiles();
        for (int i = 0; i < times; i++) {
            try (ServerProcess api = rig.startApi("passing-api", Map.of());
                    ServerProcess worker = rig.startWorker("passing-worker", Map.of())) {
                api.awaitReady();
                worker.awaitReady();
                if (!Probe.isRight(api.client().postJson(Probe.PATH, Probe.row(i, 0)), i)) {
                    throw new AssertionError("the passing API does not answer");
                }
                worker.terminate();
                api.terminate();
                worker.awaitEnd(LIMIT);
                api.awaitEnd(LIMIT);
            }
        }
        // Each round has left one job's outcome, which goes by its time limit.
        long keys = keys() - keysBefore - times;
        eventually("connections are gone", LIMIT, () -> connections() <= connectionsBefore);
        List<String> files = new ArrayList<>(rig.temporaryFiles());
        files.removeAll(filesBefore);
        table.add(
                "R27 API and worker started and stopped %d times".formatted(times),
                true,
                "%d processes".formatted(2 * times),
                0,
                "left behind: %d keys, files %s, %d connections"
                        .formatted(keys, files, connections() - connectionsBefore),
                "none",
                keys <= 0 && files.isEmpty());
    }

    /** The negative control: under the fault of R1 a queue without leases must lose jobs, or the test proves nothing. */
    @Test
    void aNaiveQueueLosesWhatItsWorkerHeld() throws Exception {
        int jobs = 200;
        // The batch after the first stays in its hands, so that the kill cannot fall between two batches.
        Process victim = naiveWorker(1);
        try {
            for (int i = 0; i < jobs; i++) {
                rig.queue()
                        .command(
                                Request.cmd(Command.RPUSH).arg(NaiveWorker.LIST).arg(i));
            }
            eventually("it holds a batch", LIMIT, () -> exists(NaiveWorker.HELD));
            victim.destroyForcibly().waitFor();
            long held = rig.queue()
                    .command(Request.cmd(Command.GET).arg(NaiveWorker.HELD))
                    .toLong();
            Process other = naiveWorker(Long.MAX_VALUE);
            try {
                eventually("the other worker has answered the rest", LIMIT, () -> exists(NaiveWorker.IDLE));
            } finally {
                other.destroyForcibly().waitFor();
            }
            long lost = jobs - naiveResults(jobs);
            table.add(
                    "a naive queue (LRANGE, LTRIM, SET) under the fault of R1",
                    held > 0,
                    "its worker killed with %d jobs in hand".formatted(held),
                    0,
                    "%d of %d lost".formatted(lost, jobs),
                    "must lose what it held",
                    lost == held);
        } finally {
            victim.destroyForcibly().waitFor();
            for (String key : List.of(NaiveWorker.LIST, NaiveWorker.HELD, NaiveWorker.IDLE)) {
                rig.queue().command(Request.cmd(Command.DEL).arg(key));
            }
            for (int i = 0; i < jobs; i++) {
                rig.queue().command(Request.cmd(Command.DEL).arg(NaiveWorker.RESULT + i));
            }
        }
    }

    private boolean exists(String key) throws Exception {
        return rig.queue().command(Request.cmd(Command.EXISTS).arg(key)).toLong() == 1;
    }

    private long naiveResults(int jobs) throws Exception {
        Request exists = Request.cmd(Command.EXISTS);
        for (int i = 0; i < jobs; i++) {
            exists.arg(NaiveWorker.RESULT + i);
        }
        return rig.queue().command(exists).toLong();
    }

    private Process naiveWorker(long answersBatches) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NaiveWorker.class.getName(),
                        rig.redis().url(),
                        String.valueOf(answersBatches))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static CompletableFuture<Answer> withKey(SluiceClient client, String run, int number) {
        return client.postJsonAsync(
                Probe.PATH, Probe.row(number, 4_000), DEADLINE, "30000", "Idempotency-Key", run + number);
    }

    private long keys() throws Exception {
        return rig.queue().command(Request.cmd(Command.DBSIZE)).toLong();
    }

    private long connections() throws Exception {
        return rig.queue()
                .command(Request.cmd(Command.CLIENT).arg("LIST"))
                .toString()
                .lines()
                .count();
    }
}
