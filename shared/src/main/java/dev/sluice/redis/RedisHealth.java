package dev.sluice.redis;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Redis answers this process and accepts its writes, from commands of the last seconds: a small write every second, and what the
 * other commands of its links met. A change is logged once.
 */
public final class RedisHealth {
    private static final Logger LOG = LoggerFactory.getLogger(RedisHealth.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** After this time the refusal of a command says nothing about now. */
    private static final Duration RECENT = Duration.ofSeconds(3);

    private static final String PROBE = LuaSource.read(RedisHealth.class, "probe");
    /** A key that is written and deleted at once, and a channel to which nobody listens. */
    private static final String PROBED = "sluice:probe";

    /** Whether a process publishes messages. */
    public enum Publishes {
        YES,
        NO
    }

    private final Vertx vertx;
    private final RedisLink probed;
    private final List<RedisLink> links;
    private final Publishes publishes;

    /** What the latest probe met. */
    private volatile @Nullable RedisFault met;

    private volatile long writtenNanos = System.nanoTime();
    private volatile boolean closed;

    private RedisHealth(Vertx vertx, List<RedisLink> links, Publishes publishes) {
        this.vertx = vertx;
        this.probed = links.getFirst();
        this.links = links;
        this.publishes = publishes;
    }

    /**
     * Looks every second until {@link #close()}.
     *
     * @param links all connections that the process needs; the first is the one over which it writes
     */
    public static RedisHealth watch(Vertx vertx, List<RedisLink> links, Publishes publishes) {
        RedisHealth health = new RedisHealth(vertx, links, publishes);
        health.probed.connected().onSuccess(_ -> health.probe());
        return health;
    }

    public void close() {
        closed = true;
    }

    /** True while Redis answers, also with a refusal. */
    public boolean isAnswering() {
        return faults().stream().noneMatch(fault -> fault.scope() == RedisFault.Scope.CONNECTION);
    }

    /** The worst of the present faults. */
    public Optional<RedisFault> fault() {
        return faults().stream().findFirst();
    }

    /** The present faults, the worst first. */
    public Set<RedisFault> faults() {
        Set<RedisFault> faults = EnumSet.noneOf(RedisFault.class);
        for (RedisLink link : links) {
            link.fault().ifPresent(faults::add);
            link.refusedWithin(RECENT).ifPresent(faults::add);
        }
        RedisFault known = met;
        if (known != null) {
            faults.add(known);
        }
        return faults;
    }

    private void probe() {
        if (closed) {
            return;
        }
        Request write =
                Request.cmd(Command.EVAL).arg(PROBE).arg(1).arg(PROBED).arg(publishes == Publishes.YES ? PROBED : "");
        probed.send(write)
                .onSuccess(_ -> accepted())
                .onFailure(this::refused)
                .onComplete(_ -> vertx.setTimer(EVERY.toMillis(), _ -> probe()));
    }

    private void accepted() {
        long now = System.nanoTime();
        RedisFault before = met;
        if (before != null && before.scope() == RedisFault.Scope.REDIS) {
            LOG.info(
                    "Redis executes writes again, after {} s",
                    Duration.ofNanos(now - writtenNanos).toSeconds());
        }
        met = null;
        writtenNanos = now;
    }

    private void refused(Throwable failure) {
        RedisFault fault =
                failure instanceof RedisUnavailableException unavailable ? unavailable.fault() : RedisFault.ERROR;
        // The link logs the loss of a connection, and a missing right.
        if (fault != met && fault.scope() == RedisFault.Scope.REDIS && fault != RedisFault.MISSING_RIGHT) {
            LOG.warn("Redis executes no writes: {}: {}", failure.getMessage(), fault.remedy());
        }
        met = fault;
    }
}
