package dev.sluice.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Requests by the thousand from the machine that is measured: connections are kept, one event loop, only what was answered is parsed. */
final class LeanClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_CONNECTIONS = 4_000;
    private static final long TICK_MS = 5;
    private static final long STALL_NANOS = 25_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setEventLoopSize(1));

    private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();
    private long lastTick = System.nanoTime();

    LeanClient() {
        vertx.setPeriodic(TICK_MS, _ -> tick());
    }

    private record Stall(long fromNanos, long toNanos) {}

    /**
     * What came back.
     *
     * @param status 0 when nothing came
     * @param sentNanos when it was written, by {@link System#nanoTime()}
     * @param retryAfterS seconds; 0 when it was not told
     */
    record Seen(int status, long sentNanos, long doneNanos, int retryAfterS, Buffer body) {
        double tookMs() {
            return (doneNanos - sentNanos) / 1e6;
        }

        boolean isRefused() {
            return status == 429 || status == 503;
        }

        /** Of the batch that it was in; 0 when it was not answered. */
        double inferMs() {
            try {
                return JSON.readTree(body.getBytes())
                        .path("timing")
                        .path("infer_ms")
                        .asDouble();
            } catch (IOException notJson) {
                return 0;
            }
        }

        /** Of each row, in their order. */
        boolean answers(List<Double> numbers) {
            try {
                JsonNode predictions = JSON.readTree(body.getBytes()).path("predictions");
                boolean same = status == 200 && predictions.size() == numbers.size();
                for (int i = 0; same && i < numbers.size(); i++) {
                    JsonNode value = predictions.path(i).path("value");
                    same = value.isNumber() && value.asDouble() == numbers.get(i);
                }
                return same;
            } catch (IOException notJson) {
                return false;
            }
        }
    }

    /** Never fails. */
    Future<Seen> post(int port, String path, String json, String... headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path)
                .putHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            options.putHeader(headers[i], headers[i + 1]);
        }
        return http.request(options)
                .compose(request -> {
                    long sent = System.nanoTime();
                    return request.send(Buffer.buffer(json))
                            .compose(response -> response.body().map(body -> seen(response, sent, body)))
                            .recover(_ -> Future.succeededFuture(broken(sent)));
                })
                .recover(_ -> Future.succeededFuture(broken(System.nanoTime())));
    }

    /** This client did not get to run while the answer was awaited: the time that it took says nothing. */
    boolean stoodStillDuring(Seen seen) {
        return stalls.stream()
                .anyMatch(stall -> stall.fromNanos() < seen.doneNanos() && stall.toNanos() > seen.sentNanos());
    }

    Vertx vertx() {
        return vertx;
    }

    @Override
    public void close() {
        vertx.close();
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - lastTick > STALL_NANOS) {
            stalls.add(new Stall(lastTick, now));
        }
        lastTick = now;
    }

    private static Seen seen(HttpClientResponse response, long sent, Buffer body) {
        String retryAfter = response.getHeader("Retry-After");
        return new Seen(
                response.statusCode(),
                sent,
                System.nanoTime(),
                retryAfter == null ? 0 : Integer.parseInt(retryAfter),
                body);
    }

    private static Seen broken(long sent) {
        return new Seen(0, sent, System.nanoTime(), 0, Buffer.buffer());
    }
}
