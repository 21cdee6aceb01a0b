package dev.sluice.system.fault;

import dev.sluice.model.Deployment;
import dev.sluice.system.fault.LeanClient.Seen;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Clients of one deployment, each with rows of its own whose answers are known; over all APIs in turn. */
final class Crowd {
    /** Times as long as was asked for. */
    private static final int LONGEST_MEASURING = 16;

    private final LeanClient client;
    private final List<ServerProcess> apis;
    private final Deployment deployment;
    private final long spin;
    private final int rows;
    private final String[] headers;
    private final AtomicInteger numbers = new AtomicInteger();
    private final ConcurrentLinkedQueue<Visit> visits = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Future<?>> under = new ConcurrentLinkedQueue<>();

    /** What a client does when it is refused. */
    enum Manner {
        GIVES_UP,
        /** Comes again after 100 ms. */
        INSISTS,
        /** Comes again after the seconds it was told. */
        OBEYS
    }

    /**
     * One client, from its first request to its last.
     *
     * @param dueNanos when it was to come
     * @param tries each request of it, the last of which it kept
     */
    record Visit(Manner manner, long dueNanos, List<Seen> tries, boolean right) {
        Seen last() {
            return tries.getLast();
        }

        /** How late the generator of the load was. */
        double latenessMs() {
            return (tries.getFirst().sentNanos() - dueNanos) / 1e6;
        }
    }

    Crowd(LeanClient client, List<ServerProcess> apis, Deployment deployment, long spin, int rows, String... headers) {
        this.client = client;
        this.apis = apis;
        this.deployment = deployment;
        this.spin = spin;
        this.rows = rows;
        this.headers = headers.clone();
    }

    /**
     * So many clients, each of which asks again as soon as it is answered.
     *
     * @param millis at least: on a machine that does other work, a short time may see no answer at all
     * @return right answers a second, from the last two thirds
     */
    double saturate(int clients, int millis) throws InterruptedException {
        double perSecond = saturateFor(clients, millis);
        for (int longer = 2; perSecond == 0 && longer <= LONGEST_MEASURING; longer *= 2) {
            perSecond = saturateFor(clients, longer * millis);
        }
        return perSecond;
    }

    private double saturateFor(int clients, int millis) throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Future<?>> loops = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            loops.add(again(end));
        }
        await(loops);
        long from = begun + (end - begun) / 3;
        List<Visit> seen = visits().stream()
                .filter(visit -> visit.right()
                        && visit.last().doneNanos() >= from
                        && visit.last().doneNanos() < end)
                .toList();
        visits.clear();
        return seen.size() / ((end - from) / 1e9);
    }

    /** Clients that come at random moments, so many a second on average; one in ten insists, one in ten obeys. Returns when the last has come. */
    void poisson(double perSecond, int millis, long seed) {
        // At a rate of nothing the first would never come.
        if (perSecond <= 0) {
            throw new AssertionError("no client was answered while the capacity was measured: the machine is too busy");
        }
        Random random = new Random(seed);
        double next = System.nanoTime();
        double end = next + millis * 1e6;
        for (int i = 0; next < end; i++) {
            next += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
            long wait = (long) next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            Manner manner = i % 10 == 0 ? Manner.OBEYS : i % 10 == 5 ? Manner.INSISTS : Manner.GIVES_UP;
            visit(manner, (long) next);
        }
    }

    /** Waits for the last one to go. */
    List<Visit> finish() throws InterruptedException {
        await(under);
        return visits();
    }

    /** Milliseconds, of their last requests. */
    static double p99(List<Visit> visits) {
        return Traffic.quantile(
                0.99, visits.stream().map(visit -> visit.last().tookMs()).toList());
    }

    List<Visit> visits() {
        return List.copyOf(visits);
    }

    Future<?> visit(Manner manner, long due) {
        int number = numbers.getAndIncrement();
        Future<?> gone = attempt(manner, due, number, Collections.synchronizedList(new ArrayList<>()));
        under.add(gone);
        return gone;
    }

    private Future<?> again(long end) {
        return System.nanoTime() >= end
                ? Future.succeededFuture()
                : visit(Manner.GIVES_UP, System.nanoTime()).compose(_ -> again(end));
    }

    private Future<?> attempt(Manner manner, long due, int number, List<Seen> tries) {
        List<Double> asked =
                IntStream.range(0, rows).mapToObj(row -> number + row / 16.0).toList();
        String body = asked.stream()
                .map(value -> Probe.row(value, spin))
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        int port = apis.get(number % apis.size()).port();
        return client.post(port, "/v1/models/" + deployment + "/predict", body, headers)
                .compose(seen -> {
                    tries.add(seen);
                    if (seen.isRefused() && manner != Manner.GIVES_UP && tries.size() < 4) {
                        int pause = manner == Manner.OBEYS ? seen.retryAfterS() * 1000 : 100;
                        Promise<Void> later = Promise.promise();
                        client.vertx().setTimer(pause, _ -> later.complete());
                        return later.future().compose(_ -> attempt(manner, due, number, tries));
                    }
                    visits.add(new Visit(manner, due, List.copyOf(tries), seen.status() == 200 && seen.answers(asked)));
                    return Future.succeededFuture();
                });
    }

    private static void await(Iterable<Future<?>> futures) throws InterruptedException {
        for (Future<?> future : futures) {
            try {
                future.toCompletionStage().toCompletableFuture().get(90, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError("a client hangs", e);
            }
        }
    }
}
