package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the aliases on one thread and hands each to the lane of its deployment. The last live version starts from the cache before the
 * registry has answered.
 */
public final class Rollouts {
    private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final MlflowRegistry registry;
    private final ArtifactCache cache;
    private final RolloutSettings settings;
    private final RolloutListener listener;
    private final ModelShelf shelf;
    private final Map<Deployment, RolloutLane> lanes = new ConcurrentSkipListMap<>();
    private final Thread watcher;
    private volatile boolean started;
    private volatile boolean stopping;
    private boolean registryIsAway;

    public Rollouts(MlflowRegistry registry, ArtifactCache cache, RolloutSettings settings, RolloutListener listener) {
        this.registry = registry;
        this.cache = cache;
        this.settings = settings;
        this.listener = listener;
        this.shelf = new ModelShelf(settings.loading());
        this.watcher = Thread.ofPlatform().name("alias-watcher").unstarted(this::watch);
    }

    public void start() {
        watcher.start();
        started = true;
    }

    /** Ends the polling and the rollouts under way; the live versions stay usable, for batches may still run on them. */
    public void stop() throws InterruptedException {
        stopping = true;
        watcher.interrupt();
        watcher.join(STOP_LIMIT);
        lanes.values().forEach(RolloutLane::stop);
        long end = System.nanoTime() + STOP_LIMIT.toNanos();
        for (RolloutLane lane : lanes.values()) {
            lane.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }

    /** The names of the threads that have ended although rollouts need them. */
    public List<String> endedThreads() {
        if (!started || stopping) {
            return List.of();
        }
        List<Thread> required = new ArrayList<>(List.of(watcher));
        lanes.values().forEach(lane -> required.add(lane.thread()));
        return required.stream()
                .filter(thread -> thread.getState() == Thread.State.TERMINATED)
                .map(Thread::getName)
                .toList();
    }

    private void watch() {
        try {
            startFromCache();
            Backoff backoff = new Backoff();
            while (!stopping) {
                if (followAliases()) {
                    backoff.reset();
                    Thread.sleep(jittered(settings.watchInterval()));
                } else {
                    Thread.sleep(backoff.nextMs());
                }
            }
        } catch (InterruptedException e) {
            if (!stopping) {
                LOG.error("The alias watcher was interrupted and ends: no alias is followed any more");
            }
        }
    }

    private void startFromCache() {
        try {
            (settings.deployments().isEmpty() ? cache.remembered() : settings.deployments()).forEach(this::lane);
        } catch (RuntimeException | Error e) {
            LOG.error("Unexpected error while reading the cache; waiting for the registry", e);
        }
    }

    /** @return whether the registry has answered */
    private boolean followAliases() throws InterruptedException {
        try {
            SortedMap<Deployment, String> aliases = registry.aliases();
            if (registryIsAway) {
                LOG.info("the registry answers again");
                registryIsAway = false;
            }
            for (Deployment deployment : wanted(aliases)) {
                lane(deployment).aliasPointsTo(Optional.ofNullable(aliases.get(deployment)));
            }
            return true;
        } catch (RegistryUnavailableException e) {
            sayOnce(e);
            return false;
        } catch (RuntimeException | Error e) {
            LOG.error("Unexpected error while reading the aliases; keeping the live versions", e);
            return false;
        }
    }

    private Collection<Deployment> wanted(SortedMap<Deployment, String> aliases) {
        return settings.deployments().isEmpty()
                ? aliases.keySet().stream()
                        .filter(deployment -> deployment.alias().equals(Deployment.CHAMPION))
                        .toList()
                : settings.deployments();
    }

    private RolloutLane lane(Deployment deployment) {
        RolloutLane known = lanes.get(deployment);
        if (known != null) {
            return known;
        }
        RolloutLane lane = new RolloutLane(deployment, new ModelRollout(deployment, registry, cache, shelf, listener));
        lane.start();
        lanes.put(deployment, lane);
        return lane;
    }

    private void sayOnce(RegistryUnavailableException e) {
        if (!registryIsAway) {
            LOG.warn("the registry cannot be reached; keeping the live versions: {}", e.getMessage());
            registryIsAway = true;
        }
    }

    private static Duration jittered(Duration interval) {
        return interval.multipliedBy(75 + ThreadLocalRandom.current().nextInt(50))
                .dividedBy(100);
    }
}
