package dev.sluice.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.system.Eventually;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Requests with known answers, each accounted for: what came back, whether it was right, and when. */
final class Traffic {
    private static final int LIMIT_SECONDS = 90;

    private final List<SluiceClient> apis;
    private final Asking asking;
    private final ConcurrentLinkedQueue<CompletableFuture<Told>> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final long begun = System.nanoTime();
    private final Map<Long, Thread> senders = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** How a request with this number is asked. */
    interface Asking {
        CompletableFuture<Answer> ask(SluiceClient api, int number);
    }

    enum Verdict {
        /** 200, with the answer to this very request. */
        RIGHT,
        /** 200, with another answer. */
        WRONG,
        /** 429 or 503: it was not accepted. */
        REFUSED,
        /** 504: its deadline has passed. */
        LATE,
        /** Any other status. */
        FAILED,
        /** No answer: the connection ended. */
        BROKEN
    }

    /**
     * What came of one request; times in milliseconds of this traffic.
     *
     * @param answer none when the connection ended
     */
    record Told(
            int number,
            double sentMs,
            double doneMs,
            Verdict verdict,
            @Nullable Answer answer,
            String error) {
        double tookMs() {
            return doneMs - sentMs;
        }

        boolean isAccepted() {
            return verdict == Verdict.RIGHT || verdict == Verdict.WRONG || verdict == Verdict.LATE;
        }
    }

    /** To these APIs in turn. */
    Traffic(List<ServerProcess> apis, Asking asking) {
        this.apis = apis.stream().map(ServerProcess::client).toList();
        this.asking = asking;
    }

    /** To one address, behind which there may be several. */
    Traffic(SluiceClient front, Asking asking) {
        this.apis = List.of(front);
        this.asking = asking;
    }

    /** Rows that turn the probe's loop this often, each a job of its own. */
    static Asking rows(long spin, String... headers) {
        return (api, number) -> {
            List<String> all = new ArrayList<>(List.of(headers));
            // Rows with a key of their own do not travel in groups.
            all.addAll(List.of("Idempotency-Key", "fault-" + number + "-" + System.nanoTime()));
            return api.postJsonAsync(Probe.PATH, Probe.row(number, spin), all.toArray(String[]::new));
        };
    }

    double millis() {
        return (System.nanoTime() - begun) / 1e6;
    }

    /** As many at once, over all APIs in turn. */
    Traffic burst(int count) {
        for (int i = 0; i < count; i++) {
            send();
        }
        return this;
    }

    /** An open loop: requests come at random moments, so many a second on average, whether or not the ones before are answered. */
    Traffic poisson(double perSecond, long seed) {
        Random random = new Random(seed);
        Thread sender = Thread.ofPlatform().name("traffic").start(() -> {
            double next = System.nanoTime();
            while (!stopped) {
                next += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
                long wait = (long) next - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
                send();
            }
        });
        senders.put(sender.threadId(), sender);
        return this;
    }

    /** Those that have an end by now. */
    List<Told> told() {
        return requests.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
    }

    /** When this traffic began, in milliseconds of the other one. */
    double beganMs(Traffic other) {
        return (begun - other.begun) / 1e6;
    }

    int sent() {
        return numbers.get();
    }

    /** Waits until every request has its end that is under way now; sending goes on. */
    void awaitThoseUnderWay() throws Exception {
        int underWay = sent();
        Eventually.eventually(
                "those under way have ended",
                Duration.ofSeconds(LIMIT_SECONDS),
                () -> told().stream().filter(one -> one.number() < underWay).count() == underWay);
    }

    /** Stops sending and waits for every end. */
    List<Told> finish() throws InterruptedException {
        stopped = true;
        for (Thread sender : senders.values()) {
            sender.join();
        }
        return requests.stream().map(CompletableFuture::join).toList();
    }

    static Map<Verdict, Long> count(List<Told> told) {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        told.forEach(one -> counts.merge(one.verdict(), 1L, Long::sum));
        return counts;
    }

    static boolean allRight(List<Told> told) {
        return count(told, Verdict.RIGHT) == told.size();
    }

    /** Counts, and what the first one that went wrong was told. */
    static String summary(List<Told> told) {
        String first = told.stream()
                .filter(one -> one.verdict() != Verdict.RIGHT)
                .findFirst()
                .map(one -> " (e.g. no. %d after %.0f ms: %s)"
                        .formatted(
                                one.number(),
                                one.tookMs(),
                                one.answer() == null
                                        ? one.error()
                                        : one.answer().text()))
                .orElse("");
        return count(told) + first;
    }

    static long count(List<Told> told, Verdict verdict) {
        return count(told).getOrDefault(verdict, 0L);
    }

    /** The time within which this share (0…1) of them ended, in milliseconds; 0 for none. */
    static double quantile(double share, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
    }

    /** Of answered jobs that are looked up again at this API: how many show another result than the one that was sent. */
    static long doubles(List<Told> told, SluiceClient api) {
        return told.stream()
                .filter(one -> one.verdict() == Verdict.RIGHT)
                .filter(one -> {
                    String id = one.answer().body().path("job_id").asText();
                    JsonNode kept = api.get("/v1/jobs/" + id).body().path("result");
                    return !kept.path("predictions").equals(one.answer().body().path("predictions"));
                })
                .count();
    }

    private void send() {
        int number = numbers.getAndIncrement();
        double sent = millis();
        requests.add(asking.ask(apis.get(number % apis.size()), number)
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .handle((answer, failure) -> new Told(
                        number,
                        sent,
                        millis(),
                        failure != null ? Verdict.BROKEN : verdict(answer, number),
                        answer,
                        String.valueOf(failure))));
    }

    private static Verdict verdict(Answer answer, int number) {
        return switch (answer.status()) {
            case 200 -> Probe.isRight(answer, number) ? Verdict.RIGHT : Verdict.WRONG;
            case 429, 503 -> Verdict.REFUSED;
            case 504 -> Verdict.LATE;
            default -> Verdict.FAILED;
        };
    }
}
