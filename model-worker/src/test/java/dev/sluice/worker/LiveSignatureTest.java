package dev.sluice.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisHand;
import dev.sluice.redis.RedisLink;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.registry.RealMlflow;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The live signature is the deployment board's, not that of the process which starts last. */
@Slow
class LiveSignatureTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    static Path server;

    @TempDir
    static Path shared;

    private static RealMlflow mlflow;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<WorkerParts> workers = new ArrayList<>();
    private RealRedis redis;
    private RedisLink link;
    private DeploymentBoard board;
    private Deployment champion = new Deployment("unnamed", Deployment.CHAMPION);

    @BeforeAll
    static void startMlflow() throws Exception {
        mlflow = RealMlflow.start(server);
    }

    @AfterAll
    static void stopMlflow() throws Exception {
        mlflow.stop();
    }

    @BeforeEach
    void start(TestInfo test) throws Exception {
        champion = new Deployment(test.getTestMethod().orElseThrow().getName(), Deployment.CHAMPION);
        redis = RealRedis.start();
        link = RedisLink.open(vertx, redis.url(), "test", Duration.ofSeconds(5));
        Await.answer(link.connected());
        board = new DeploymentBoard(link);
    }

    @AfterEach
    void stop() throws Exception {
        for (WorkerParts worker : workers) {
            worker.stop();
        }
        Await.answer(vertx.close());
        redis.close();
    }

    @Test
    void aWorkerThatStartsLaterRejectsWhatTheOthersRejectedAndServesWhatTheyServe() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        startWorker("A");
        awaitLive(first);
        String changed = champion(ModelFolder.summing("a", "b", "c"));
        awaitRejected("A", changed);

        startWorker("B");
        String reason = awaitRejected("B", changed);
        assertEquals(
                "its input signature differs from that of the live version %s: give it another alias or model name"
                        .formatted(first),
                reason);
        await("two workers", () -> workersOnBoard() == 2);
        assertEquals(first, live().orElseThrow().version());
        assertEquals(List.of(first), versionsThatWentLive("B"));

        String next = champion(ModelFolder.takingTheLargest("a", "b"));
        awaitLive(next);
        await(
                "both went on",
                () -> versionsThatWentLive("A").contains(next)
                        && versionsThatWentLive("B").contains(next));
    }

    @Test
    void afterTheQueueWasLostTheLiveSignatureStays() throws Exception {
        String first = champion(ModelFolder.summing("a", "b"));
        WorkerParts worker = startWorker("A");
        awaitLive(first);
        String changed = champion(ModelFolder.summing("a", "b", "c"));
        awaitRejected("A", changed);
        var _ = redis("FLUSHALL");
        worker.restoreBoard();
        awaitLive(first);
    }

    @Test
    void ofTwoWorkersThatStartAtOnceWithDifferentSignaturesOneDecides() throws Exception {
        String held = Futures.await(board.claim(champion, "hash of another worker's signature"))
                .toString();
        assertTrue(held.startsWith("Granted"), held);
        String version = champion(ModelFolder.summing("a", "b"));
        startWorker("late");
        await("it has asked for leave twice", () -> claims() >= 3);
        assertEquals(Optional.empty(), live());
        // The other one has gone away without going live.
        var _ = redis("DEL", "sluice:{" + champion + "}:claim");
        awaitLive(version);
    }

    @Test
    void theBoardSaysLiveOnlyOnceTheWorkerIsRegistered() throws Exception {
        try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        URI.create(redis.url()).getPort());
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.UTF_8));
            assertEquals("+OK", commands.readLine());
            champion(ModelFolder.summing("a", "b"));
            startWorker("A");
            // MONITOR shows the commands of all clients in the order in which Redis ran them.
            String goLive = "\"hset\" \"sluice:{%s}:deployment\" \"live\""
                    .formatted(champion)
                    .toLowerCase(Locale.ROOT);
            boolean registered = false;
            long end = System.nanoTime() + LIMIT.toNanos();
            String command = commands.readLine().toLowerCase(Locale.ROOT);
            while (!command.contains(goLive)) {
                assertTrue(System.nanoTime() < end, "it did not go live");
                registered |= command.contains("\\\"incarnation\\\"");
                command = commands.readLine().toLowerCase(Locale.ROOT);
            }
            assertTrue(registered, "the board said live before a worker was registered");
        }
    }

    private String redis(String name, Object... args) {
        return new RedisHand(link).command(name, args);
    }

    private WorkerParts startWorker(String name) throws InterruptedException {
        WorkerParts worker = new WorkerParts(
                vertx,
                redis.url(),
                mlflow.url(),
                name,
                folder.resolve("cache-" + name),
                shared.resolve("profiles"),
                champion);
        workers.add(worker);
        return worker;
    }

    private String champion(ModelFolder content) throws IOException, InterruptedException {
        String version = mlflow.register(champion.model(), content);
        mlflow.pointAlias(champion.model(), champion.alias(), version);
        return version;
    }

    private Optional<LiveVersion> live() throws InterruptedException {
        return Await.answer(board.live(champion));
    }

    /** How often a claim was tried, as Redis counts it. */
    private int claims() {
        Matcher calls = Pattern.compile("cmdstat_set:calls=(\\d+)").matcher(redis("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    private int workersOnBoard() throws InterruptedException {
        return Await.answer(board.read()).get(champion).workers().size();
    }

    private List<String> versionsThatWentLive(String worker) throws InterruptedException {
        return Await.answer(board.endedRollouts(champion)).reversed().stream()
                .filter(note -> note.worker().equals(worker) && note.state().equals("Live"))
                .map(RolloutNote::version)
                .toList();
    }

    private void awaitLive(String version) throws Exception {
        await(
                "version " + version + " is live",
                () -> live().map(LiveVersion::version).equals(Optional.of(version)));
    }

    private String awaitRejected(String worker, String version) throws Exception {
        List<RolloutNote> found = new ArrayList<>();
        await("rejected by " + worker, () -> {
            Await.answer(board.endedRollouts(champion)).stream()
                    .filter(note -> note.worker().equals(worker)
                            && note.version().equals(version)
                            && note.state().equals("Rejected"))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.getFirst().reason();
    }

    private void await(String what, Callable<Boolean> reached) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!reached.call()) {
            assertTrue(
                    System.nanoTime() < end,
                    () -> "not within three minutes: " + what + "; rollouts: "
                            + Futures.await(board.endedRollouts(champion)));
            // Redis tells nobody what changed.
            Thread.sleep(20);
        }
    }
}
