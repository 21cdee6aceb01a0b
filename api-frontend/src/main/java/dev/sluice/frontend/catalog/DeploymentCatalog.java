package dev.sluice.frontend.catalog;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.job.JobSchema;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The board as last read. While Redis is away it stays as it was, so that requests are still validated and told apart. */
public final class DeploymentCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(DeploymentCatalog.class);
    private static final long EVERY_MS = 500;

    /** Nothing is ever taken off the board: what has vanished was lost by Redis, and its workers write it again. */
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final DeploymentBoard board;
    private final Supplier<Optional<RedisFault>> redisFault;
    private final Map<Deployment, Long> lastSeen = new HashMap<>();
    private final List<Runnable> readers = new ArrayList<>();
    private SortedMap<Deployment, DeploymentBoard.Entry> entries = Collections.emptySortedMap();
    private boolean known;
    private boolean saidThatItFails;
    private boolean closed;

    /** @param redisFault what keeps Redis from answering now */
    public DeploymentCatalog(Vertx vertx, DeploymentBoard board, Supplier<Optional<RedisFault>> redisFault) {
        this.redisFault = redisFault;
        this.vertx = vertx;
        this.board = board;
    }

    /** A deployment that can be predicted with. */
    public record Target(Deployment deployment, LiveVersion live, DeploymentBoard.Entry entry) {
        /** The newest that all its workers read. */
        public JobSchema schema() {
            return entry.schema();
        }
    }

    /** Reads now and then twice a second until {@link #close()}. */
    public void start() {
        if (closed) {
            return;
        }
        board.read()
                .onSuccess(this::replace)
                .onFailure(this::keep)
                .onComplete(_ -> vertx.setTimer(EVERY_MS, _ -> start()));
    }

    public void close() {
        closed = true;
    }

    /** Runs after each successful reading. */
    public void onRead(Runnable reader) {
        readers.add(reader);
    }

    /** False until the board was read for the first time. */
    public boolean isKnown() {
        return known;
    }

    public SortedMap<Deployment, DeploymentBoard.Entry> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }

    /** @throws CatalogUnknownException before the first reading */
    public SortedMap<Deployment, DeploymentBoard.Entry> requireKnown() {
        if (!known) {
            throw new CatalogUnknownException(redisFault.get());
        }
        return entries();
    }

    /** @throws CatalogUnknownException, UnknownDeploymentException, ModelWithdrawnException or NothingLiveException */
    public Target require(Deployment deployment) {
        DeploymentBoard.Entry entry = requireEntry(deployment);
        LiveVersion live = entry.live().orElseThrow(() -> whyNothingIsLive(deployment, entry));
        return new Target(deployment, live, entry);
    }

    private static RuntimeException whyNothingIsLive(Deployment deployment, DeploymentBoard.Entry entry) {
        return entry.withdrawn()
                .<RuntimeException>map(version -> new ModelWithdrawnException(deployment, version))
                .orElseGet(() -> new NothingLiveException(deployment, entry.rollout()));
    }

    /** @throws CatalogUnknownException or UnknownDeploymentException */
    public DeploymentBoard.Entry requireEntry(Deployment deployment) {
        DeploymentBoard.Entry entry = requireKnown().get(deployment);
        if (entry == null) {
            throw new UnknownDeploymentException(deployment.toString(), notWithdrawn());
        }
        return entry;
    }

    /** Those that a caller may use instead of an unknown one. */
    public List<Deployment> notWithdrawn() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().withdrawn().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void replace(SortedMap<Deployment, DeploymentBoard.Entry> read) {
        long now = System.nanoTime();
        read.keySet().forEach(deployment -> lastSeen.put(deployment, now));
        SortedMap<Deployment, DeploymentBoard.Entry> kept = new TreeMap<>(read);
        entries.forEach((deployment, entry) -> {
            if (now - lastSeen.getOrDefault(deployment, now) < KEPT.toNanos()) {
                kept.putIfAbsent(deployment, entry.withNothingOpen());
            }
        });
        if (!kept.keySet().equals(entries.keySet())) {
            LOG.info("deployments on the board: {}", kept.isEmpty() ? "none yet" : kept.keySet());
        }
        entries = kept;
        known = true;
        saidThatItFails = false;
        readers.forEach(Runnable::run);
    }

    private void keep(Throwable failure) {
        if (!saidThatItFails && !RedisUnavailableException.isLogged(failure)) {
            LOG.warn("the deployment board cannot be read, its last state stays: {}", failure.getMessage());
            saidThatItFails = true;
        }
    }
}
