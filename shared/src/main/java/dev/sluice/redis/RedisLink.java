package dev.sluice.redis;

import dev.sluice.settings.Address;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis that reconnects automatically. Commands are pipelined in the order in which they are sent; every one of them ends
 * within the time limit, with an answer or a {@link RedisUnavailableException}.
 *
 * <p>A connection on which a command times out, or that leads to a replica, is destroyed, and the address is resolved again. One that
 * nobody uses is checked with HELLO. Each connection has a client of its own, because a client's pool gives a closed connection out again.
 */
public final class RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    /** A pipelining connection must take what all callers have in flight. */
    private static final int MOST_IN_FLIGHT = 65_536;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    /** How long a connection may be without an answer before it is checked. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

    private static final Duration CHECK_LIMIT = Duration.ofSeconds(2);
    /** A replica may become the primary, or the name may move: as often as this. */
    private static final Duration AFTER_REPLICA = Duration.ofMillis(500);

    private static final Duration SUCCESSOR_EVERY = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Context context;
    private final RedisOptions options;
    private final PrimaryLookup lookup;
    private final String name;
    private final Duration commandLimit;
    private final Function<RedisConnection, Future<?>> onConnected;
    private final ConnectAttempts attempts;

    private volatile @Nullable Connected connected;
    /** Why there is no connection, while there is none. */
    private volatile RedisFault absence = RedisFault.DISCONNECTED;

    private final Refusals refusals;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean closed;
    /** Complete while the connection is up. */
    private volatile Promise<Void> standing = Promise.promise();

    /** The last connection led to a replica, and no primary has been found yet: logged once. */
    private boolean onReplica;

    /** Destroyed as a whole. */
    private static final class Connected {
        private final Redis client;
        private final RedisConnection connection;
        private final PrimaryLookup.Primary server;
        private final long sinceNanos = System.nanoTime();
        private volatile long heardNanos = sinceNanos;
        /** Why it ended; what was under way then fails for this reason. */
        private volatile RedisFault end = RedisFault.DISCONNECTED;

        Connected(Redis client, RedisConnection connection, PrimaryLookup.Primary server) {
            this.client = client;
            this.connection = connection;
            this.server = server;
        }
    }

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
        this.refusals = new Refusals(LOG, name);
        this.attempts = new ConnectAttempts(LOG, name, CONNECT_LIMIT);
        this.options = new RedisOptions().setMaxWaitingHandlers(MOST_IN_FLIGHT);
        options.getNetClientOptions()
                .setConnectTimeout((int) CONNECT_LIMIT.toMillis())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                // For rediss://, where the client requires an explicit choice.
                .setHostnameVerificationAlgorithm("HTTPS");
        this.lookup = PrimaryLookup.of(vertx, address, options.getNetClientOptions());
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
        return connected != null;
    }

    /** Why there is no connection now. */
    public Optional<RedisFault> fault() {
        return isConnected() ? Optional.empty() : Optional.of(absence);
    }

    /** A right whose lack a command met within this time: other commands may be executed all the same. */
    Optional<RedisFault> refusedWithin(Duration time) {
        return refusals.within(time);
    }

    /** The age of the current connection; zero without one. */
    public Duration age() {
        Connected present = connected;
        return present == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - present.sinceNanos);
    }

    /** The number of connections so far. A new one may reach a Redis with an older state (everysec, a failover). */
    public int connections() {
        return connections.get();
    }

    /** How many attempts to connect have failed since the last success. */
    public int failedAttempts() {
        return attempts.failed();
    }

    /** A message has arrived on the connection: it is not silent. */
    public void heard() {
        Connected present = connected;
        if (present != null) {
            present.heardNanos = System.nanoTime();
        }
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
        Connected present = connected;
        if (present == null) {
            return Future.failedFuture(new RedisUnavailableException(absence));
        }
        return present.connection
                .send(request)
                .timeout(commandLimit.toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(_ -> present.heardNanos = System.nanoTime())
                .recover(failure -> Future.failedFuture(named(failure, present)));
    }

    public Future<Void> close() {
        closed = true;
        Connected present = connected;
        connected = null;
        return present == null ? Future.succeededFuture() : present.client.close();
    }

    private RuntimeException named(Throwable failure, Connected present) {
        return switch (failure) {
            case RedisUnavailableException already -> already;
            case java.util.concurrent.TimeoutException _ -> {
                // Its answers can no longer be distinguished from late ones of a dead peer: open a new connection.
                lost(present, "no answer within " + commandLimit.toMillis() + " ms", RedisFault.DISCONNECTED);
                yield new RedisUnavailableException(RedisFault.TIMEOUT);
            }
            case ErrorType error -> {
                present.heardNanos = System.nanoTime();
                String words = String.valueOf(error.getMessage());
                RedisFault answer = RedisFault.of(words);
                RedisFault fault = answer == RedisFault.DISCONNECTED ? present.end : answer;
                switch (fault) {
                    case READ_ONLY -> lost(present, "it leads to a replica", fault);
                    case MISSING_RIGHT -> refusals.met(words);
                    default -> {}
                }
                yield new RedisUnavailableException(fault, error);
            }
            default -> new RedisUnavailableException(present.end, failure);
        };
    }

    private void connect() {
        if (closed) {
            return;
        }
        lookup.find().onComplete(this::connectTo, this::notConnected);
    }

    private void connectTo(PrimaryLookup.Primary server) {
        Redis client = Redis.createClient(vertx, new RedisOptions(options).setConnectionString(server.connection()));
        client.connect()
                // Not longer: the server may have a successor, or the name may have moved.
                .timeout(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .compose(RedisLink::requireLogin)
                .compose(connection -> {
                    Connected fresh = new Connected(client, connection, server);
                    connection
                            .exceptionHandler(
                                    cause -> lost(fresh, String.valueOf(cause.getMessage()), RedisFault.DISCONNECTED))
                            .endHandler(_ -> lost(fresh, "closed by Redis", RedisFault.DISCONNECTED));
                    return onConnected.apply(connection).map(fresh);
                })
                .timeout(CONNECT_LIMIT.plus(commandLimit).toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(this::use)
                .onFailure(failure -> {
                    client.close();
                    notConnected(server.described().isEmpty() ? failure : attempts.unreachable(server, failure));
                });
    }

    /** The client takes a connection without a password for connected, also where Redis demands one. */
    private static Future<RedisConnection> requireLogin(RedisConnection connection) {
        return connection
                .send(Request.cmd(Command.PING))
                .map(connection)
                .recover(failure ->
                        RedisFault.of(String.valueOf(failure.getMessage())).scope() == RedisFault.Scope.CONNECTION
                                ? Future.failedFuture(failure)
                                : Future.succeededFuture(connection));
    }

    private void notConnected(Throwable failure) {
        if (closed) {
            return;
        }
        absence = attempts.absence(failure);
        connectAfter(attempts.failedBy(failure, absence));
    }

    private void use(Connected fresh) {
        if (closed) {
            fresh.client.close();
            return;
        }
        connections.incrementAndGet();
        connected = fresh;
        attempts.succeeded();
        if (!onReplica) {
            LOG.info("{}: connected to Redis", name);
        }
        standing.tryComplete();
        checkLater(fresh);
        if (lookup.mayChange()) {
            askForSuccessor(fresh);
        }
    }

    /** A primary that was cut off from the Sentinels alone goes on answering, and does not know that it has a successor. */
    private void askForSuccessor(Connected present) {
        vertx.setTimer(
                SUCCESSOR_EVERY.toMillis(),
                _ -> context.runOnContext(_ -> {
                    if (!present.equals(connected)) {
                        return;
                    }
                    lookup.successorOf(present.server)
                            .onSuccess(successor -> successor.ifPresent(one ->
                                    lost(present, "it is no longer the primary: " + one, RedisFault.DISCONNECTED)))
                            .onComplete(_ -> askForSuccessor(present));
                }));
    }

    /**
     * Nothing else would notice that a connection fell silent on which a process only listens. Any answer or message counts: the client
     * (5.0.10) takes a message that arrives before the answer to HELLO for that answer, and hands the answer to the listener.
     */
    private void checkLater(Connected present) {
        vertx.setTimer(
                CHECK_EVERY.toMillis(),
                _ -> context.runOnContext(_ -> {
                    if (present.equals(connected)) {
                        check(present);
                    }
                }));
    }

    private void check(Connected present) {
        long asked = System.nanoTime();
        if (!onReplica && asked - present.heardNanos < CHECK_EVERY.toNanos()) {
            checkLater(present);
            return;
        }
        long limitMs = Math.min(commandLimit.toMillis(), CHECK_LIMIT.toMillis());
        present.connection
                // A PING whose answer names the role: a connection that only listens learns of a failover in no other
                // way.
                .send(Request.cmd(Command.HELLO))
                .map(answer -> {
                    learnRole(present, answer);
                    return true;
                })
                // A refusal is an answer.
                .otherwise(failure -> RedisFault.of(String.valueOf(failure.getMessage())) != RedisFault.DISCONNECTED)
                .onSuccess(heard -> {
                    if (heard) {
                        present.heardNanos = System.nanoTime();
                    }
                });
        vertx.setTimer(
                limitMs,
                _ -> context.runOnContext(_ -> {
                    if (present.heardNanos - asked < 0) {
                        lost(present, "no answer to HELLO within " + limitMs + " ms", RedisFault.DISCONNECTED);
                    } else if (present.equals(connected)) {
                        checkLater(present);
                    }
                }));
    }

    private void learnRole(Connected present, Response answer) {
        // It may also be a message: see checkLater.
        if (answer.type() != ResponseType.MULTI || !answer.containsKey("role")) {
            return;
        }
        if (!"master".equals(String.valueOf(answer.get("role")))) {
            lost(present, "it leads to a replica", RedisFault.READ_ONLY);
        } else if (onReplica) {
            onReplica = false;
            LOG.info("{}: connected to Redis", name);
        }
    }

    private void lost(Connected dead, String why, RedisFault fault) {
        context.runOnContext(_ -> {
            if (!dead.equals(connected) || closed) {
                return;
            }
            dead.end = fault;
            absence = fault;
            connected = null;
            standing = Promise.promise();
            boolean again = onReplica;
            onReplica = fault == RedisFault.READ_ONLY;
            if (!(again && onReplica)) {
                LOG.warn("{}: connection to Redis lost: {}", name, why);
            }
            dead.client.close();
            connectAfter(Math.max(onReplica ? AFTER_REPLICA.toMillis() : 0, attempts.pauseMs()));
        });
    }

    private void connectAfter(long pauseMs) {
        if (!closed) {
            vertx.setTimer(pauseMs, _ -> context.runOnContext(_ -> connect()));
        }
    }
}
