package dev.sluice.frontend.durability;

import io.vertx.core.Vertx;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps an eye on Redis's set-up, because another Redis may stand behind the address after a failover. */
public final class RedisSetupWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSetupWatch.class);
    private static final long EVERY_MS = 5_000;

    private final Vertx vertx;
    private final RedisSetupReader reader;
    private RedisSetup latest = RedisSetup.UNKNOWN;
    private Optional<RedisMemory> memory = Optional.empty();
    private boolean closed;

    public RedisSetupWatch(Vertx vertx, RedisSetupReader reader) {
        this.vertx = vertx;
        this.reader = reader;
    }

    /** Reads now and then every few seconds until {@link #close()}. */
    public void start() {
        if (closed) {
            return;
        }
        reader.read().onSuccess(this::replace).onComplete(_ -> vertx.setTimer(EVERY_MS, _ -> start()));
    }

    public void close() {
        closed = true;
    }

    public Optional<String> obstacle() {
        return latest.obstacle();
    }

    /** As last read; empty while Redis does not answer. */
    public Optional<RedisMemory> memory() {
        return memory;
    }

    private void replace(RedisSetup read) {
        Optional<String> obstacle = read.obstacle();
        if (obstacle.isPresent() && !obstacle.equals(latest.obstacle())) {
            LOG.error("not ready: {}", obstacle.get());
        }
        memory = read.memory();
        // What cannot be read (Redis is away, say) does not unsay what was read before.
        if (read.evictionPolicy().isPresent() || latest.evictionPolicy().isEmpty()) {
            latest = read;
        }
    }
}
