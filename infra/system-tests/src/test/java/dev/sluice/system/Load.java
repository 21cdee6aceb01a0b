package dev.sluice.system;

import dev.sluice.system.SluiceClient.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Open-loop load: a request at each beat, whether or not the ones before are answered; every single answer is kept. */
final class Load implements AutoCloseable {
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();
    private final List<CompletableFuture<Timed>> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final long begun = System.nanoTime();

    /** An answer with the number of its request and when it was sent and came, in milliseconds of the load. */
    record Timed(int number, double sentMs, double doneMs, Answer answer) {}

    /** @param send given the request's number */
    Load(int perSecond, IntFunction<CompletableFuture<Answer>> send) {
        var _ = beat.scheduleAtFixedRate(
                () -> {
                    int mine = number.getAndIncrement();
                    double sent = millis();
                    requests.add(send.apply(mine).thenApply(answer -> new Timed(mine, sent, millis(), answer)));
                },
                0,
                1_000_000 / perSecond,
                TimeUnit.MICROSECONDS);
    }

    double millis() {
        return (System.nanoTime() - begun) / 1e6;
    }

    /** Those that are answered by now. */
    List<Timed> answered() {
        return requests.stream()
                .filter(request -> request.isDone() && !request.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .toList();
    }

    /** Stops sending and waits for every answer. */
    List<Timed> finish() throws InterruptedException {
        beat.shutdown();
        beat.awaitTermination(10, TimeUnit.SECONDS);
        return requests.stream()
                .map(request -> request.orTimeout(60, TimeUnit.SECONDS).join())
                .toList();
    }

    @Override
    public void close() {
        beat.shutdownNow();
    }
}
