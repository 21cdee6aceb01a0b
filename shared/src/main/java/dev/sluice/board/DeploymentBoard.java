package dev.sluice.board;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.job.JobSchema;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.RolloutNote;
import dev.sluice.model.VersionBaseline;
import dev.sluice.model.WithdrawnVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import dev.sluice.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deployment board in Redis: workers write the live versions and the last rollouts; the API knows models only from here. */
public final class DeploymentBoard {
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Logger LOG = LoggerFactory.getLogger(DeploymentBoard.class);
    private static final Duration CLAIM = Duration.ofMinutes(1);
    private static final int MOST_TOLD = 100;
    private static final int MOST_ENDED_ROLLOUTS = 100;

    private final RedisLink link;
    /** Invalid entries that were logged already. */
    private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

    public DeploymentBoard(RedisLink link) {
        this.link = link;
    }

    /**
     * The entry of one deployment.
     *
     * @param withdrawn in place of a live version, once the deployment was withdrawn
     * @param workers descriptions of those that are registered, as JSON
     * @param schema the newest that all of them read; the oldest if there is none
     */
    public record Entry(
            Optional<LiveVersion> live,
            Optional<WithdrawnVersion> withdrawn,
            Optional<RolloutNote> rollout,
            Backlog backlog,
            List<String> workers,
            JobSchema schema) {
        /** Whose schema is what the workers' descriptions say. */
        public Entry(
                Optional<LiveVersion> live,
                Optional<WithdrawnVersion> withdrawn,
                Optional<RolloutNote> rollout,
                Backlog backlog,
                List<String> workers) {
            this(live, withdrawn, rollout, backlog, workers, WorkerDescription.schemaOfAll(workers));
        }

        /** The same deployment after a loss of the queue. */
        public Entry withNothingOpen() {
            Backlog now =
                    new Backlog(0, 0, 0, 0, 0, 0, backlog.servedPerSecond(), backlog.workers(), 0, backlog.silentMs());
            return new Entry(live, withdrawn, rollout, now, workers, schema);
        }
    }

    /** The live version of a deployment; empty if no worker has written one, or if the entry is invalid. */
    public Future<Optional<LiveVersion>> live(Deployment deployment) {
        return link.send(Request.cmd(Command.HGET)
                        .arg(QueueKeys.deployment(deployment))
                        .arg("live"))
                .map(json -> {
                    try {
                        return parse(json, LiveVersion.class);
                    } catch (IllegalStateException e) {
                        leaveOut(deployment.toString(), e);
                        return Optional.empty();
                    }
                });
    }

    /**
     * Requests permission to go live with this input signature. The signature of the live version decides. Without a live version the first
     * caller reserves its signature for a minute: enough time to go live, and a short wait for others if it dies.
     */
    public Future<SignatureClaim> claim(Deployment deployment, String signatureHash) {
        String key = QueueKeys.claim(deployment);
        return live(deployment)
                .compose(live -> live.isPresent()
                        ? Future.succeededFuture(compare(live, live.get().signatureHash(), signatureHash))
                        : link.send(Request.cmd(Command.SET)
                                        .arg(key)
                                        .arg(signatureHash)
                                        .arg("NX")
                                        .arg("PX")
                                        .arg(CLAIM.toMillis()))
                                .compose(_ -> link.send(Request.cmd(Command.GET).arg(key)))
                                // Read again: the holder of an earlier claim may have gone live in the meantime.
                                .compose(holder -> live(deployment)
                                        .map(now -> compare(
                                                now,
                                                now.map(LiveVersion::signatureHash)
                                                        .orElse(String.valueOf(holder)),
                                                signatureHash))));
    }

    private static SignatureClaim compare(Optional<LiveVersion> live, String present, String wanted) {
        return present.equals(wanted) ? new SignatureClaim.Granted() : new SignatureClaim.Differs(live);
    }

    /** Written when a version goes live; does not expire, so that the API can validate and accept requests without a live worker. */
    public Future<Void> writeLive(Deployment deployment, LiveVersion live) {
        return write(Command.HSET, deployment, "live", live).compose(_ -> forgetWithdrawn(deployment));
    }

    /**
     * Writes the entry again if it is missing (for example after FLUSHALL); does not change an existing one. If the deployment was
     * withdrawn, only a worker whose registry has the alias writes it.
     */
    public Future<Void> keepLive(Deployment deployment, LiveVersion live, boolean hasAlias) {
        Future<Boolean> mayWrite =
                hasAlias ? Future.succeededFuture(true) : withdrawn(deployment).map(Optional::isEmpty);
        return mayWrite.compose(
                may -> may ? write(Command.HSETNX, deployment, "live", live) : Future.succeededFuture());
    }

    /** Empty when the deployment is served, or nobody has withdrawn it. */
    public Future<Optional<WithdrawnVersion>> withdrawn(Deployment deployment) {
        return link.send(Request.cmd(Command.HMGET)
                        .arg(QueueKeys.deployment(deployment))
                        .arg("live")
                        .arg("withdrawn"))
                .map(fields -> withdrawnUnlessLive(fields.get(0), fields.get(1)));
    }

    private static Optional<WithdrawnVersion> withdrawnUnlessLive(
            @Nullable Response live, @Nullable Response withdrawn) {
        return live == null ? parse(withdrawn, WithdrawnVersion.class) : Optional.empty();
    }

    /** From now on its requests are refused, and any input signature may go live. The first to withdraw it stays on the board. */
    public Future<Void> withdraw(Deployment deployment, WithdrawnVersion version) {
        // First the note: a death in between leaves it live, for the next worker to withdraw.
        return withdrawn(deployment)
                .compose(before -> before.isPresent()
                        ? Future.<Void>succeededFuture()
                        : write(Command.HSET, deployment, "withdrawn", version))
                .compose(_ -> link.send(Request.cmd(Command.HDEL)
                        .arg(QueueKeys.deployment(deployment))
                        .arg("live")
                        .arg("baseline")))
                .compose(_ -> link.send(Request.cmd(Command.DEL).arg(QueueKeys.claim(deployment))))
                .mapEmpty();
    }

    private Future<Void> forgetWithdrawn(Deployment deployment) {
        return link.send(Request.cmd(Command.HDEL)
                        .arg(QueueKeys.deployment(deployment))
                        .arg("withdrawn"))
                .mapEmpty();
    }

    /** How much is open in one deployment, and when a worker of it was last seen. */
    public Future<Backlog> backlog(Deployment deployment) {
        return read(deployment).map(Entry::backlog);
    }

    /** Writes the baseline of the live version for the monitor. */
    public Future<Void> writeBaseline(Deployment deployment, VersionBaseline baseline) {
        return write(Command.HSET, deployment, "baseline", baseline);
    }

    /** See {@link #keepLive}. */
    public Future<Void> keepBaseline(Deployment deployment, VersionBaseline baseline) {
        return write(Command.HSETNX, deployment, "baseline", baseline);
    }

    /** The baseline of the last live version that had one. */
    public Future<Optional<VersionBaseline>> baseline(Deployment deployment) {
        return link.send(Request.cmd(Command.HGET)
                        .arg(QueueKeys.deployment(deployment))
                        .arg("baseline"))
                .map(json -> parse(json, VersionBaseline.class));
    }

    /** Writes a step of a rollout; the board contains the last one. */
    public Future<Void> writeRollout(Deployment deployment, RolloutNote note) {
        return write(Command.HSET, deployment, "rollout", note);
    }

    /** As {@link #writeRollout}, and adds the step to the history, which contains at most a hundred. */
    public Future<Void> writeEndedRollout(Deployment deployment, RolloutNote note) {
        String list = QueueKeys.rollouts(deployment);
        return writeRollout(deployment, note)
                .compose(_ -> link.send(Request.cmd(Command.LPUSH).arg(list).arg(json(note))))
                .compose(_ ->
                        link.send(Request.cmd(Command.LTRIM).arg(list).arg(0).arg(MOST_ENDED_ROLLOUTS - 1)))
                .mapEmpty();
    }

    /** The last steps of the last rollouts, newest first. */
    public Future<List<RolloutNote>> endedRollouts(Deployment deployment) {
        return link.send(Request.cmd(Command.LRANGE)
                        .arg(QueueKeys.rollouts(deployment))
                        .arg(0)
                        .arg(-1))
                .map(notes -> notes.stream()
                        .flatMap(note -> parse(note, RolloutNote.class).stream())
                        .toList());
    }

    /** All entries of the board, ordered by name. Invalid entries are omitted. */
    public Future<SortedMap<Deployment, Entry>> read() {
        return deployments().compose(deployments -> {
            List<Future<Optional<Entry>>> entries =
                    deployments.stream().map(this::readIfWritten).toList();
            return Future.all(entries).map(all -> {
                SortedMap<Deployment, Entry> board = new TreeMap<>();
                for (int i = 0; i < deployments.size(); i++) {
                    Deployment deployment = deployments.get(i);
                    all.<Optional<Entry>>resultAt(i).ifPresent(entry -> board.put(deployment, entry));
                }
                return board;
            });
        });
    }

    /** All deployments that were ever live. */
    public Future<List<Deployment>> deployments() {
        return link.send(Request.cmd(Command.SMEMBERS).arg(QueueKeys.DEPLOYMENTS))
                .map(names -> {
                    List<Deployment> deployments = new ArrayList<>();
                    names.forEach(name -> name(name.toString()).ifPresent(deployments::add));
                    return deployments;
                });
    }

    private Optional<Deployment> name(String member) {
        try {
            return Optional.of(Deployment.parse(member));
        } catch (IllegalArgumentException e) {
            leaveOut(member, e);
            return Optional.empty();
        }
    }

    private Future<Optional<Entry>> readIfWritten(Deployment deployment) {
        return read(deployment).map(Optional::of).recover(failure -> {
            boolean redisIsAway =
                    failure instanceof RedisUnavailableException unavailable && !unavailable.isAboutTheCommand();
            if (redisIsAway) {
                return Future.failedFuture(failure);
            }
            leaveOut(deployment.toString(), failure);
            return Future.succeededFuture(Optional.empty());
        });
    }

    private void leaveOut(String member, Throwable why) {
        if (leftOut.size() < MOST_TOLD && leftOut.add(member)) {
            LOG.warn("Ignored the invalid entry '{}' on the deployment board: {}", member, why.getMessage());
        }
    }

    private Future<Entry> read(Deployment deployment) {
        Future<Response> board = link.send(Request.cmd(Command.HMGET)
                .arg(QueueKeys.deployment(deployment))
                .arg("live")
                .arg("rollout")
                .arg("withdrawn"));
        Future<Response> counters = link.send(Request.cmd(Command.HMGET)
                .arg(QueueKeys.counters(deployment))
                .arg("open.jobs")
                .arg("open.items")
                .arg("open.bytes")
                .arg("open.bulk-items")
                .arg("waiting.jobs")
                .arg("waiting.items"));
        Future<Response> served = link.send(Request.cmd(Command.HVALS).arg(QueueKeys.served(deployment)));
        Future<Response> workers = link.send(Request.cmd(Command.HVALS).arg(QueueKeys.workers(deployment)));
        Future<Response> dead = link.send(Request.cmd(Command.ZCARD).arg(QueueKeys.dead(deployment)));
        Future<@Nullable Response> seen = link.send(Request.cmd(Command.GET).arg(QueueKeys.seen(deployment)));
        Future<Response> time = link.send(Request.cmd(Command.TIME));
        return Future.all(List.of(board, counters, served, workers, dead, seen, time))
                .map(_ -> {
                    Response count = counters.result();
                    List<String> descriptions = new ArrayList<>();
                    workers.result().forEach(worker -> descriptions.add(worker.toString()));
                    double rate = 0;
                    for (Response one : served.result()) {
                        rate += Double.parseDouble(one.toString());
                    }
                    Response lastSeen = seen.result();
                    long silentMs = lastSeen == null
                            ? Long.MAX_VALUE
                            : Math.max(0, time.result().get(0).toLong() * 1000 - lastSeen.toLong());
                    Backlog backlog = new Backlog(
                            RedisFields.number(count.get(0)),
                            RedisFields.number(count.get(1)),
                            RedisFields.number(count.get(2)),
                            RedisFields.number(count.get(3)),
                            RedisFields.number(count.get(4)),
                            RedisFields.number(count.get(5)),
                            rate,
                            descriptions.size(),
                            dead.result().toLong(),
                            silentMs);
                    return new Entry(
                            parse(board.result().get(0), LiveVersion.class),
                            withdrawnUnlessLive(
                                    board.result().get(0), board.result().get(2)),
                            parse(board.result().get(1), RolloutNote.class),
                            backlog,
                            descriptions);
                });
    }

    private Future<Void> write(Command command, Deployment deployment, String field, Object value) {
        return link.send(Request.cmd(command)
                        .arg(QueueKeys.deployment(deployment))
                        .arg(field)
                        .arg(json(value)))
                .compose(_ -> link.send(
                        Request.cmd(Command.SADD).arg(QueueKeys.DEPLOYMENTS).arg(deployment.toString())))
                .mapEmpty();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value, e);
        }
    }

    private static <T> Optional<T> parse(@Nullable Response json, Class<T> type) {
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(json.toString(), type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the deployment board holds something that is no " + type.getSimpleName(), e);
        }
    }
}
