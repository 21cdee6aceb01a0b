package dev.sluice.queue;

import dev.sluice.settings.Address;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis that reconnects automatically. Commands are pipelined in the order in which they are sent; every one of them ends
 * within the time limit, with an answer or a {@link QueueUnavailableException}.
 */
public final class RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    /** A pipelining connection must take what all callers have in flight. */
    private static final int MOST_IN_FLIGHT = 65_536;

    private final Vertx vertx;
    private final Context context;
    private final Redis client;
    private final String name;
    private final Duration commandLimit;
    private final Function<RedisConnection, Future<?>> onConnected;
    private final Backoff backoff = new Backoff();

    private volatile @Nullable RedisConnection connection;
    private volatile long connectedAtNanos;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean closed;
    /** Complete while the connection is up. */
    private volatile Promise<Void> standing = Promise.promise();

    private boolean failureLogged;

    private RedisLink(
            Vertx vertx,
            Address address,
            String name,
            Duration commandLimit,
            Function<RedisConnection, Future<?>> onConnected) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.name = name;
        this.commandLimit = commandLimit;
        this.onConnected = onConnected;
        RedisOptions options = new RedisOptions()
                .setConnectionString(connectionString(address))
                .setMaxWaitingHandlers(MOST_IN_FLIGHT);
        options.getNetClientOptions()
                .setConnectTimeout(2_000)
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                // For rediss://, where the client requires an explicit choice.
                .setHostnameVerificationAlgorithm("HTTPS");
        this.client = Redis.createClient(vertx, options);
    }

    /** The client decodes a user and a password as form data, where a plus sign is a blank. */
    private static String connectionString(Address address) {
        String full = address.withCredentials();
        int host = full.indexOf('@') + 1;
        return full.substring(0, host).replace("+", "%2B") + full.substring(host);
    }

    /** Starts connecting; see {@link #connected()}. */
    public static RedisLink open(Vertx vertx, String url, String name, Duration commandLimit) {
        return open(vertx, url, name, commandLimit, _ -> Future.succeededFuture());
    }

    /** As above; {@code onConnected} runs on every new connection before other callers can use it. */
    public static RedisLink open(
            Vertx vertx,
            String url,
            String name,
            Duration commandLimit,
            Function<RedisConnection, Future<?>> onConnected) {
        RedisLink link = new RedisLink(vertx, Address.parse(url), name, commandLimit, onConnected);
        link.context.runOnContext(_ -> link.connect());
        return link;
    }

    /** Succeeds once connected; never fails, because the link keeps trying. */
    public Future<Void> connected() {
        return standing.future();
    }

    public boolean isConnected() {
        return connection != null;
    }

    /** The age of the current connection; zero without one. */
    public Duration age() {
        return connection == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - connectedAtNanos);
    }

    /** The number of connections so far. A new one may reach a Redis with an older state (everysec, a failover). */
    public int connections() {
        return connections.get();
    }

    /** Sends one command after all that this thread has sent before. */
    public Future<Response> send(Request request) {
        if (Context.isOnEventLoopThread()) {
            return sendFromLoop(request);
        }
        // The command and its timeout wake the event loop once instead of twice.
        Promise<Response> answer = Promise.promise();
        context.runOnContext(_ -> sendFromLoop(request).onComplete(answer));
        return answer.future();
    }

    private Future<Response> sendFromLoop(Request request) {
        RedisConnection present = connection;
        if (present == null) {
            return Future.failedFuture(new QueueUnavailableException(QueueUnavailableException.Reason.DISCONNECTED));
        }
        return present.send(request)
                .timeout(commandLimit.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(named(failure, present)));
    }

    public Future<Void> close() {
        closed = true;
        RedisConnection present = connection;
        connection = null;
        Future<Void> gone = present == null ? Future.succeededFuture() : present.close();
        return gone.eventually(client::close);
    }

    private RuntimeException named(Throwable failure, RedisConnection present) {
        return switch (failure) {
            case QueueUnavailableException already -> already;
            case java.util.concurrent.TimeoutException _ -> {
                // Its answers can no longer be distinguished from late ones of a dead peer: open a new connection.
                lost(present, "no answer within " + commandLimit.toMillis() + " ms");
                yield new QueueUnavailableException(QueueUnavailableException.Reason.TIMEOUT);
            }
            case ErrorType error ->
                new QueueUnavailableException(
                        QueueUnavailableException.reasonOf(String.valueOf(error.getMessage())), error);
            default -> new QueueUnavailableException(QueueUnavailableException.Reason.DISCONNECTED, failure);
        };
    }

    private void connect() {
        if (closed) {
            return;
        }
        client.connect()
                .compose(fresh -> {
                    Handler<Throwable> onLoss = cause -> lost(fresh, String.valueOf(cause.getMessage()));
                    fresh.exceptionHandler(onLoss).endHandler(_ -> lost(fresh, "closed by Redis"));
                    return onConnected.apply(fresh).map(fresh).onFailure(_ -> fresh.close());
                })
                .timeout(5, TimeUnit.SECONDS)
                .onSuccess(this::use)
                .onFailure(failure -> {
                    if (!failureLogged) {
                        LOG.warn("{}: cannot connect to Redis, retrying: {}", name, failure.getMessage());
                        failureLogged = true;
                    }
                    connectLater();
                });
    }

    private void use(RedisConnection fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        connectedAtNanos = System.nanoTime();
        connections.incrementAndGet();
        connection = fresh;
        backoff.reset();
        failureLogged = false;
        LOG.info("{}: connected to Redis", name);
        standing.tryComplete();
    }

    @SuppressWarnings("ReferenceEquality") // this very connection, not one like it
    private void lost(RedisConnection dead, String why) {
        context.runOnContext(_ -> {
            if (connection != dead || closed) {
                return;
            }
            connection = null;
            standing = Promise.promise();
            LOG.warn("{}: connection to Redis lost: {}", name, why);
            dead.close();
            connectLater();
        });
    }

    private void connectLater() {
        if (!closed) {
            vertx.setTimer(backoff.nextMs(), _ -> context.runOnContext(_ -> connect()));
        }
    }
}
