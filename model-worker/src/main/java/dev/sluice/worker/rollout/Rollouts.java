package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.queue.Backoff;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the aliases and carries each deployment along, on one thread: rollouts are rare, and one at a time leaves the cores to the
 * answers. What was live last starts from the cache before the registry has been asked.
 */
public final class Rollouts {
    private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);

    private final MlflowRegistry registry;
    private final ArtifactCache cache;
    private final RolloutSettings settings;
    private final RolloutListener listener;
    private final ModelShelf shelf;
    private final Map<Deployment, ModelRollout> rollouts = new TreeMap<>();
    private final Thread watcher;
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
    }

    /** Ends the watching; what is live stays usable, for batches may still run on it. */
    public void stop() throws InterruptedException {
        watcher.interrupt();
        watcher.join(Duration.ofSeconds(5));
    }

    private void watch() {
        try {
            known().forEach(deployment -> rolloutOf(deployment).startFromCache());
            Backoff backoff = new Backoff();
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    followAliases();
                    backoff.reset();
                    Thread.sleep(jittered(settings.watchInterval()));
                } catch (RegistryUnavailableException e) {
                    sayOnce(e);
                    Thread.sleep(backoff.nextMs());
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("alias watcher stopped");
        }
    }

    /** What can be served before the registry was asked. */
    private Collection<Deployment> known() {
        return settings.deployments().isEmpty() ? cache.remembered() : settings.deployments();
    }

    private void followAliases() throws RegistryUnavailableException, InterruptedException {
        SortedMap<Deployment, String> aliases = registry.aliases();
        if (registryIsAway) {
            LOG.info("the registry answers again");
            registryIsAway = false;
        }
        Optional<RegistryUnavailableException> away = Optional.empty();
        for (Deployment deployment : wanted(aliases)) {
            try {
                rolloutOf(deployment).follow(Optional.ofNullable(aliases.get(deployment)));
            } catch (RegistryUnavailableException e) {
                away = Optional.of(e);
            } catch (RuntimeException e) {
                LOG.error("{}: the rollout failed in a way nobody thought of; what is live stays", deployment, e);
            }
        }
        if (away.isPresent()) {
            throw away.get();
        }
    }

    private Collection<Deployment> wanted(SortedMap<Deployment, String> aliases) {
        return settings.deployments().isEmpty()
                ? aliases.keySet().stream()
                        .filter(deployment -> deployment.alias().equals(Deployment.CHAMPION))
                        .toList()
                : settings.deployments();
    }

    private ModelRollout rolloutOf(Deployment deployment) {
        return rollouts.computeIfAbsent(
                deployment, wanted -> new ModelRollout(wanted, registry, cache, shelf, listener));
    }

    private void sayOnce(RegistryUnavailableException e) {
        if (!registryIsAway) {
            LOG.warn("the registry cannot be reached; what is live stays: {}", e.getMessage());
            registryIsAway = true;
        }
    }

    private static Duration jittered(Duration interval) {
        return interval.multipliedBy(75 + ThreadLocalRandom.current().nextInt(50))
                .dividedBy(100);
    }
}
