package dev.sluice.bench.growth;

import dev.sluice.bench.machine.Machine;
import dev.sluice.board.DeploymentBoard;
import dev.sluice.redis.RedisLink;
import dev.sluice.worker.lease.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** One Redis, workers and a sender around it, and what they use. */
final class Rig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long PAUSE_MS = 50;
    /** Of the machine; a measurement beside more than that is repeated. */
    private static final double MOST_FOREIGN_LOAD = 0.10;

    private static final int MOST_REPEATS = 1;

    private final Site site;
    private final RedisProcess redis;
    private final Vertx vertx = Vertx.vertx();
    private final RedisLink link;
    private final List<WorkerProcess> workers = new ArrayList<>();
    private final List<Sender> senders = new ArrayList<>();

    Rig(Site site) throws IOException, InterruptedException {
        this.site = site;
        this.redis = RedisProcess.start(site);
        this.link = RedisLink.open(vertx, redis.url(), "measuring", LIMIT);
        Await.answer(link.connected());
    }

    RedisLink link() {
        return link;
    }

    /** Starts as many as are missing or stops as many as there are too many, and waits until that is so. */
    void haveWorkers(int number, FixedTimeWorker.Plan plan) throws Exception {
        while (workers.size() < number) {
            workers.add(WorkerProcess.start(site, redis.url(), plan));
        }
        if (workers.size() > number) {
            stop(workers.subList(number, workers.size()));
        }
        DeploymentBoard board = new DeploymentBoard(link);
        await("%d workers on the board".formatted(number), () -> {
            if (!workers.stream().allMatch(WorkerProcess::isAlive)) {
                throw new IllegalStateException("a worker has ended: " + site.log("growth-worker") + " tells why");
            }
            var entries = Await.answer(board.read());
            return entries.keySet().containsAll(plan.deployments())
                    && entries.values().stream()
                            .allMatch(entry -> entry.backlog().workers() == number);
        });
    }

    Sender sender(Load load, FixedTimeWorker.Plan plan) throws Exception {
        Sender sender = Await.answer(Sender.start(vertx, redis.url(), load, plan.deployments()));
        senders.add(sender);
        await("a sender that can send", sender::isReady);
        return sender;
    }

    /** Nothing is open any more. */
    void drain(Sender sender) throws Exception {
        sender.keepInFlight(0);
        await("the last answers", () -> sender.inFlight() == 0);
    }

    RedisUsage usage() throws InterruptedException {
        return RedisUsage.parse(
                Await.answer(link.send(Request.cmd(Command.INFO).arg("all"))).toString());
    }

    /** Again when strangers were busy meanwhile. */
    Cost measure(Sender sender, Duration warmUp, Duration measured) throws InterruptedException {
        Cost cost = once(sender, warmUp, measured);
        for (int i = 0; i < MOST_REPEATS && cost.foreignShare() > MOST_FOREIGN_LOAD; i++) {
            cost = once(sender, Duration.ZERO, measured);
        }
        if (sender.failed() > 0) {
            throw new IllegalStateException(sender.failed() + " jobs were not answered");
        }
        return cost;
    }

    @Override
    public void close() throws IOException {
        stop(workers);
        senders.forEach(sender -> join(sender.close()));
        join(link.close());
        redis.close();
        join(vertx.close());
    }

    /** Side by side. */
    private static void stop(List<WorkerProcess> some) throws IOException {
        for (WorkerProcess worker : some) {
            worker.stop();
        }
        for (WorkerProcess worker : some) {
            worker.close();
        }
        some.clear();
    }

    private static void join(Future<Void> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    private Cost once(Sender sender, Duration warmUp, Duration measured) throws InterruptedException {
        Thread.sleep(warmUp);
        Moment before = now(sender);
        Thread.sleep(measured);
        Cost cost = now(sender).since(before);
        System.out.printf(
                "workers: %d, %,.0f jobs/s, foreign load %.0f %%%n",
                workers.size(), cost.perSecond(), 100 * cost.foreignShare());
        return cost;
    }

    private Moment now(Sender sender) throws InterruptedException {
        return new Moment(
                System.nanoTime(),
                sender.answered(),
                usage(),
                workers.stream()
                        .mapToDouble(worker -> worker.tree().cpuSeconds())
                        .sum(),
                // Without its children, which are the others.
                ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toNanos()
                        / 1e9,
                Machine.busySeconds());
    }

    private record Moment(
            long nanos, long answered, RedisUsage redis, double workerCpu, double ownCpu, double busySeconds) {
        Cost since(Moment before) {
            double seconds = (nanos - before.nanos) / 1e9;
            RedisUsage used = redis.since(before.redis);
            double worker = workerCpu - before.workerCpu;
            double own = ownCpu - before.ownCpu;
            double strangers = busySeconds - before.busySeconds - used.cpuSeconds() - worker - own;
            return new Cost(
                    answered - before.answered,
                    seconds,
                    used,
                    worker,
                    own,
                    Math.max(0, strangers) / (seconds * Machine.cores()));
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited for " + what + " in vain");
            }
            Thread.sleep(PAUSE_MS);
        }
    }
}
