package dev.sluice.monitor;

import dev.sluice.chaos.Futures;
import dev.sluice.process.LifeCycle;
import dev.sluice.settings.Address;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;

/** A monitor of the test's own, on a free port. */
final class RunningMonitor implements AutoCloseable {
    static final String TOKEN = "a token";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Monitor monitor;
    private final LifeCycle lifeCycle;

    private RunningMonitor(MonitorSettings settings) {
        this.monitor = new Monitor(settings);
        this.lifeCycle = new LifeCycle(vertx, monitor);
        Futures.await(lifeCycle.start());
    }

    static RunningMonitor on(String redis, String database, Consumer<MonitorSettings> changes) {
        MonitorSettings settings = new MonitorSettings();
        settings.process.redis = Address.parse(redis);
        settings.database = Address.parse(database);
        settings.port = 0;
        settings.retraining.hookToken = TOKEN;
        changes.accept(settings);
        RunningMonitor running = new RunningMonitor(settings);
        Waiting.until("ready", () -> running.get("/health/ready").statusCode() == 200);
        return running;
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    JsonObject json(String path) {
        return new JsonObject(get(path).body());
    }

    /** The value of the first sample that begins so; NaN when there is none. */
    double metric(String begin) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(Double.NaN);
    }

    HttpResponse<String> alert(String token, String message) {
        return send(request("/hooks/alertmanager")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(message)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Futures.await(lifeCycle.close());
        Futures.await(vertx.close());
        http.close();
    }
}
