package dev.sluice.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to channels over a separate connection, and again after each loss of the connection. Messages published in between are lost.
 */
public final class ChannelSubscriber {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelSubscriber.class);

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Map<String, Consumer<Buffer>> listeners = new ConcurrentHashMap<>();
    private final Runnable onSubscribed;
    private final RedisLink link;

    /** @param onSubscribed runs after each (re)connection, once all channels are subscribed: use it to look up missed messages */
    public ChannelSubscriber(Vertx vertx, String url, String name, Runnable onSubscribed) {
        this.onSubscribed = onSubscribed;
        this.link = RedisLink.open(vertx, url, name, LIMIT, this::subscribeAll);
    }

    /**
     * Succeeds when Redis has confirmed the subscription. Fails without a connection; the subscription then follows on the next connection.
     */
    public Future<Void> listen(String channel, Consumer<Buffer> listener) {
        listeners.put(channel, listener);
        // Also if the new connection has subscribed to the channel already: onSubscribed may have run just before.
        return link.connected()
                .compose(_ -> link.send(Request.cmd(Command.SUBSCRIBE).arg(channel)))
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new RedisUnavailableException(RedisFault.DISCONNECTED)
                                : failure))
                .mapEmpty();
    }

    public Future<Void> forget(String channel) {
        listeners.remove(channel);
        return link.isConnected()
                ? link.send(Request.cmd(Command.UNSUBSCRIBE).arg(channel)).mapEmpty()
                : Future.succeededFuture();
    }

    /** The number of connections so far. */
    int connections() {
        return link.connections();
    }

    /** The connection, for {@link RedisHealth}. */
    public RedisLink link() {
        return link;
    }

    public Future<Void> close() {
        return link.close();
    }

    private Future<?> subscribeAll(RedisConnection fresh) {
        fresh.handler(this::dispatch);
        Future<?> subscribed = Future.succeededFuture();
        for (String channel : listeners.keySet()) {
            subscribed = subscribed.compose(
                    _ -> fresh.send(Request.cmd(Command.SUBSCRIBE).arg(channel)));
        }
        return subscribed.onSuccess(_ -> onSubscribed.run());
    }

    private void dispatch(Response message) {
        link.heard();
        if (message == null
                || !(message.type() == ResponseType.PUSH || message.type() == ResponseType.MULTI)
                || message.size() != 3
                || !"message".equals(message.get(0).toString())) {
            return;
        }
        Consumer<Buffer> listener = listeners.get(message.get(1).toString());
        if (listener == null) {
            return;
        }
        try {
            listener.accept(message.get(2).toBuffer());
        } catch (RuntimeException e) {
            LOG.error("Unhandled exception while handling a message on {}", message.get(1), e);
        }
    }
}
