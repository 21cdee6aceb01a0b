package dev.sluice.worker.lease;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.queue.ChannelSubscriber;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.QueueUnavailableException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name under which this worker serves one deployment. There is at most one at a time; one that was removed is never used again,
 * so that its late commits cannot be mistaken for the new one's.
 */
public final class Incarnation {
    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);

    private final Deployment deployment;
    private final JobLeases leases;
    private final ChannelSubscriber subscriber;
    private final JsonObject description;
    private final WakeUp wakeUp;
    private @Nullable String name;

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
    public synchronized String name() throws InterruptedException {
        Backoff backoff = new Backoff();
        while (name == null) {
            try {
                name = register();
            } catch (QueueUnavailableException e) {
                LOG.debug("{}: cannot register yet: {}", deployment, e.getMessage());
                wait(backoff.nextMs());
            }
        }
        return name;
    }

    /** The present name without waiting for one. */
    public synchronized Optional<String> present() {
        return Optional.ofNullable(name);
    }

    public boolean isPresent(String candidate) {
        return present().filter(candidate::equals).isPresent();
    }

    /** The other workers consider this one dead: the next {@link #name()} is a new one. */
    public synchronized void removed(String dead) {
        if (dead.equals(name)) {
            LOG.warn(
                    "{}: the registration {} has expired; other workers run its jobs, registering again",
                    deployment,
                    dead);
            forget(dead);
        }
    }

    /** Takes its leave; a name that still holds jobs stays, for others to find. */
    public synchronized void leave() throws InterruptedException {
        String leaving = name;
        if (leaving == null) {
            return;
        }
        try {
            if (!Await.answer(leases.leave(leaving))) {
                LOG.warn("{}: left while holding jobs; they are reclaimed after dead-after", deployment);
            }
        } catch (QueueUnavailableException e) {
            LOG.warn("{}: could not take its leave: {}", deployment, e.getMessage());
        }
        forget(leaving);
    }

    private String register() throws InterruptedException {
        String fresh = UUID.randomUUID().toString();
        Await.answer(subscriber.listen(QueueKeys.wakeChannel(deployment, fresh), _ -> wakeUp.ring()));
        Await.answer(leases.register(
                fresh, description.copy().put("incarnation", fresh).encode()));
        LOG.info("{}: registered as {}", deployment, fresh);
        return fresh;
    }

    private void forget(String gone) {
        var _ = subscriber.forget(QueueKeys.wakeChannel(deployment, gone));
        name = null;
    }
}
