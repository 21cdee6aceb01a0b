package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import dev.sluice.redis.Backoff;
import dev.sluice.redis.RedisUnavailableException;
import dev.sluice.worker.registry.AliasTarget;
import dev.sluice.worker.registry.ArtifactCache;
import dev.sluice.worker.registry.MlflowRegistry;
import dev.sluice.worker.registry.RegistryUnavailableException;
import dev.sluice.worker.trial.ModelTrials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
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
    private static final int MOST_INTERVALS_BETWEEN_ANSWERS = 3;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final MlflowRegistry registry;
    private final ArtifactCache cache;
    private final RolloutSettings settings;
    private final RolloutBoard board;
    private final RolloutListener listener;
    private final ModelShelf shelf;
    private final ModelTrials trials;
    private final AliasAbsence absence;
    private final Map<Deployment, RolloutLane> lanes = new ConcurrentSkipListMap<>();
    /** Logged once each. */
    private final Set<Deployment> misspelled = new HashSet<>();

    private final Thread watcher;
    private volatile boolean started;
    private volatile boolean stopping;
    /** Empty while the registry answers. */
    private String registryFault = "";

    public Rollouts(
            MlflowRegistry registry,
            ArtifactCache cache,
            RolloutSettings settings,
            RolloutBoard board,
            RolloutListener listener) {
        this.registry = registry;
        this.cache = cache;
        this.settings = settings;
        this.board = board;
        this.listener = listener;
        this.absence = new AliasAbsence(
                System::nanoTime, settings.watchInterval().multipliedBy(MOST_INTERVALS_BETWEEN_ANSWERS));
        this.shelf = new ModelShelf(settings.loading());
        this.trials = new ModelTrials(settings.loading(), settings.trial());
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
            SortedMap<Deployment, AliasTarget> aliases = registry.aliases();
            if (!registryFault.isEmpty()) {
                LOG.info("The registry answers again");
                registryFault = "";
            }
            // Also those whose alias is gone.
            Set<Deployment> followed = new TreeSet<>(lanes.keySet());
            followed.addAll(wanted(aliases));
            followed.addAll(withoutAlias(aliases));
            for (Deployment deployment : followed) {
                Optional<AliasTarget> target = Optional.ofNullable(aliases.get(deployment));
                lane(deployment).aliasPointsTo(target, absence.answered(deployment, target.isPresent()));
            }
            return true;
        } catch (RegistryUnavailableException e) {
            absence.notAnswered();
            warnOnce(e);
            return false;
        } catch (RuntimeException | Error e) {
            absence.notAnswered();
            LOG.error("Unexpected error while reading the aliases; keeping the live versions", e);
            return false;
        }
    }

    private Collection<Deployment> wanted(SortedMap<Deployment, AliasTarget> aliases) {
        if (!settings.deployments().isEmpty()) {
            return settings.deployments();
        }
        List<Deployment> champions = new ArrayList<>();
        for (Deployment deployment : aliases.keySet()) {
            if (deployment.alias().equals(Deployment.CHAMPION)) {
                champions.add(deployment);
            } else if (deployment.alias().equalsIgnoreCase(Deployment.CHAMPION) && misspelled.add(deployment)) {
                LOG.warn(
                        "{} is not served, aliases are case-sensitive: rename the alias to {}, or name it in --models",
                        deployment,
                        Deployment.CHAMPION);
            }
        }
        return champions;
    }

    /** Deployments on the board whose alias the registry does not have and that this process has never served: to be withdrawn, or their jobs to be reclaimed. */
    private List<Deployment> withoutAlias(SortedMap<Deployment, AliasTarget> aliases) throws InterruptedException {
        if (!settings.deployments().isEmpty()) {
            return List.of();
        }
        List<Deployment> orphans = new ArrayList<>();
        try {
            for (Deployment deployment : board.deployments()) {
                boolean isFollowed = aliases.containsKey(deployment) || lanes.containsKey(deployment);
                if (deployment.alias().equals(Deployment.CHAMPION)
                        && !isFollowed
                        && (board.live(deployment).isPresent() || Withdrawal.hasLeftovers(board.backlog(deployment)))) {
                    orphans.add(deployment);
                }
            }
        } catch (RedisUnavailableException e) {
            LOG.debug("The deployment board cannot be read: {}", e.getMessage());
        }
        return orphans;
    }

    private RolloutLane lane(Deployment deployment) {
        RolloutLane known = lanes.get(deployment);
        if (known != null) {
            return known;
        }
        RolloutLane lane = new RolloutLane(deployment, follower(deployment));
        lane.start();
        lanes.put(deployment, lane);
        return lane;
    }

    private AliasFollower follower(Deployment deployment) {
        VersionFetcher versions = new VersionFetcher(deployment.model(), registry, cache);
        SignatureGuard signatures = new SignatureGuard(deployment, board);
        ModelRollout rollout = new ModelRollout(deployment, cache, versions, shelf, trials, signatures, listener);
        Withdrawal withdrawal = new Withdrawal(deployment, settings.withdrawal(), board, rollout);
        return new AliasFollower(deployment, cache, versions, signatures, board, rollout, withdrawal);
    }

    /** Once for each kind of fault. */
    private void warnOnce(RegistryUnavailableException e) {
        String kind = e.fault().getClass().getSimpleName();
        if (!kind.equals(registryFault)) {
            LOG.warn("{}; keeping the live versions", e.getMessage());
            registryFault = kind;
        }
    }

    private static Duration jittered(Duration interval) {
        return interval.multipliedBy(75 + ThreadLocalRandom.current().nextInt(50))
                .dividedBy(100);
    }
}
