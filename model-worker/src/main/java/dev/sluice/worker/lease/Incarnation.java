package dev.sluice.worker.lease;

import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name under which this worker serves one deployment. There is at most one at a time; one that was removed is never used again,
 * so that its late commits cannot be mistaken for the new one's. Only {@link #name()} and {@link #leave()} wait for Redis; the heartbeat of
 * all deployments uses the other methods.
 */
public final class Incarnation {
    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);

    private final Deployment deployment;
    private final JobLeases leases;
    private final ChannelSubscriber subscriber;
    private final JsonObject description;
    private final WakeUp wakeUp;
    private final AtomicReference<@Nullable String> name = new AtomicReference<>();
    /** One thread registers. */
    private final ReentrantLock registering = new ReentrantLock();

    public Incarnation(
            Deployment deployment,
            JobLeases leases,
            ChannelSubscriber subscriber,
            JsonObject description,
            WakeUp wakeUp) {
        this.deployment = deployment;
        this.leases = leases;
        this.subscriber = subscriber;
        this.description = description;
        this.wakeUp = wakeUp;
    }

    /** The present name; registers a new one, however long Redis is away, when there is none. */
    public String name() throws InterruptedException {
        String present = name.get();
        if (present != null) {
            return present;
        }
        registering.lockInterruptibly();
        try {
            return nameOrRegister();
        } finally {
            registering.unlock();
        }
    }

    private String nameOrRegister() throws InterruptedException {
        Backoff backoff = new Backoff();
        while (true) {
            String present = name.get();
            if (present != null) {
                return present;
            }
            try {
                String fresh = register();
                name.set(fresh);
                return fresh;
            } catch (RedisUnavailableException e) {
                LOG.debug("{}: cannot register yet: {}", deployment, e.getMessage());
                Thread.sleep(backoff.nextMs());
            }
        }
    }

    /** The present name without waiting for one. */
    public Optional<String> present() {
        return Optional.ofNullable(name.get());
    }

    public boolean isPresent(String candidate) {
        return present().filter(candidate::equals).isPresent();
    }

    /** The other workers consider this one dead: the next {@link #name()} is a new one. */
    public void removed(String dead) {
        if (forget(dead)) {
            LOG.warn(
                    "{}: the registration {} has expired; other workers run its jobs, registering again",
                    deployment,
                    dead);
        }
    }

    /** Unregisters; a name that still holds jobs stays registered, so that other workers find them. */
    public void leave() throws InterruptedException {
        String leaving = name.get();
        if (leaving == null) {
            return;
        }
        try {
            if (!Await.answer(leases.leave(leaving))) {
                LOG.warn("{}: left while holding jobs; other workers reclaim them after --dead-after", deployment);
            }
        } catch (RedisUnavailableException e) {
            LOG.warn(
                    "{}: cannot unregister, the registration expires after --dead-after: {}",
                    deployment,
                    e.getMessage());
        }
        var _ = forget(leaving);
    }

    private String register() throws InterruptedException {
        String fresh = UUID.randomUUID().toString();
        Await.answer(subscriber.listen(QueueKeys.wakeChannel(deployment, fresh), _ -> wakeUp.ring()));
        Await.answer(leases.register(
                fresh, description.copy().put("incarnation", fresh).encode()));
        LOG.info("{}: registered as {}", deployment, fresh);
        return fresh;
    }

    /** @return false if it was not the present name */
    private boolean forget(String gone) {
        // By value: the reference compares by identity.
        String present = name.get();
        if (!gone.equals(present) || !name.compareAndSet(present, null)) {
            return false;
        }
        var _ = subscriber.forget(QueueKeys.wakeChannel(deployment, gone));
        return true;
    }
}
