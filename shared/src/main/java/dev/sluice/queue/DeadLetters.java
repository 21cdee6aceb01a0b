package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The dead letters: list, show, resend and drop. */
public final class DeadLetters {
    private final ScriptRunner scripts;
    private final StoredJobs jobs;

    public DeadLetters(RedisLink link) {
        this(new ScriptRunner(link));
    }

    DeadLetters(ScriptRunner scripts) {
        this.scripts = scripts;
        this.jobs = new StoredJobs(scripts.link());
    }

    /**
     * A position in the list of dead letters: after the one with this time of death (epoch milliseconds of Redis's clock) and id. Written
     * {@code <time>,<id>}.
     */
    public record Place(long died, JobId id) implements Comparable<Place> {
        private static final Comparator<Place> NEWEST_FIRST = Comparator.comparingLong(Place::died)
                .thenComparing(place -> place.id().toString())
                .reversed();

        /** Empty when the text is not of that form. */
        public static Optional<Place> parse(String text) {
            String[] parts = text.split(",", 2);
            return parts.length == 2 && parts[0].matches("\\d{1,15}")
                    ? JobId.parse(parts[1]).map(id -> new Place(Long.parseLong(parts[0]), id))
                    : Optional.empty();
        }

        @Override
        public int compareTo(Place other) {
            return NEWEST_FIRST.compare(this, other);
        }

        @Override
        public String toString() {
            return died + "," + id;
        }
    }

    /**
     * Part of a list, newest first.
     *
     * @param total the number of dead letters in the requested deployments
     * @param next position after the last one, if there are more
     */
    public record Page(List<JobRecord> letters, long total, Optional<Place> next) {
        public Page {
            letters = List.copyOf(letters);
        }
    }

    /** The result of a resend. */
    public sealed interface Resent {
        /** The new job is queued. */
        record Waiting(JobId id) implements Resent {}

        /** The record cannot be run. */
        record NotRunnable(String fault) implements Resent {}

        /** The deployment was withdrawn: no worker would take the job. */
        record Withdrawn() implements Resent {}

        /** The dead letter does not exist. */
        record Unknown() implements Resent {}
    }

    /** The dead letters of all the deployments together, at most {@code limit}, after that position. */
    public Future<Page> list(List<Deployment> deployments, Optional<Place> behind, int limit) {
        List<Future<List<Place>>> places =
                deployments.stream().map(one -> places(one, behind, limit + 1)).toList();
        List<Future<Long>> totals = deployments.stream().map(this::count).toList();
        return Future.all(places).compose(_ -> Future.all(totals)).compose(_ -> {
            List<Place> merged = new ArrayList<>();
            places.forEach(one -> merged.addAll(one.result()));
            merged.sort(Comparator.naturalOrder());
            List<Place> shown = merged.subList(0, Math.min(limit, merged.size()));
            Optional<Place> next = merged.size() > limit ? Optional.of(shown.getLast()) : Optional.empty();
            long total = totals.stream().mapToLong(Future::result).sum();
            List<Future<Optional<JobRecord>>> records =
                    shown.stream().map(place -> record(place.id())).toList();
            return Future.all(records)
                    .map(_ -> new Page(
                            records.stream()
                                    .flatMap(one -> one.result().stream())
                                    .toList(),
                            total,
                            next));
        });
    }

    /** Empty if the dead letter does not exist. */
    public Future<Optional<StoredJob>> find(JobId id) {
        return jobs.find(id).map(found -> found.filter(stored -> isDead(stored.job())));
    }

    /** Queues the job again under a new id; the dead letter remains until it is dropped. */
    public Future<Resent> resend(JobId dead, Duration deadline) {
        JobId fresh = JobId.random(dead.deployment());
        return scripts.run(
                        QueueScript.RESEND,
                        dead.deployment(),
                        List.of(dead.toString(), fresh.toString(), deadline.toMillis()))
                .map(answer -> switch (answer.get(0).toString()) {
                    case "accepted" -> new Resent.Waiting(fresh);
                    case "faulty" -> new Resent.NotRunnable(answer.get(2).toString());
                    case "withdrawn" -> new Resent.Withdrawn();
                    default -> new Resent.Unknown();
                });
    }

    /** @return false if the dead letter does not exist */
    public Future<Boolean> drop(JobId dead) {
        return scripts.run(QueueScript.DROP, dead.deployment(), List.of(dead.toString()))
                .map(answer -> "dropped".equals(answer.get(0).toString()));
    }

    private Future<Long> count(Deployment deployment) {
        return scripts.link()
                .send(Request.cmd(Command.ZCARD).arg(QueueKeys.dead(deployment)))
                .map(Response::toLong);
    }

    private Future<List<Place>> places(Deployment deployment, Optional<Place> behind, int most) {
        return firstRank(deployment, behind)
                .compose(rank -> scripts.link()
                        .send(Request.cmd(Command.ZRANGE)
                                .arg(QueueKeys.dead(deployment))
                                .arg(rank)
                                .arg(rank + most - 1)
                                .arg("REV")
                                .arg("WITHSCORES")))
                .map(DeadLetters::places);
    }

    /**
     * The position in the deployment's own list; ids begin with their deployment, so letters with the same time are grouped by deployment.
     */
    private Future<Long> firstRank(Deployment deployment, Optional<Place> behind) {
        if (behind.isEmpty()) {
            return Future.succeededFuture(0L);
        }
        Place place = behind.get();
        String key = QueueKeys.dead(deployment);
        int order = (deployment + "~").compareTo(place.id().deployment() + "~");
        String newer = order > 0 ? String.valueOf(place.died()) : "(" + place.died();
        Future<Long> rank = scripts.link()
                .send(Request.cmd(Command.ZCOUNT).arg(key).arg(newer).arg("+inf"))
                .map(Response::toLong);
        if (order != 0) {
            return rank;
        }
        // The letter at the position was dropped: letters with the same time appear again.
        return scripts.link()
                .send(Request.cmd(Command.ZREVRANK).arg(key).arg(place.id().toString()))
                .compose(own -> own == null ? rank : Future.succeededFuture(own.toLong() + 1));
    }

    private static List<Place> places(Response membersWithScores) {
        List<Place> places = new ArrayList<>();
        for (Response one : membersWithScores) {
            long died = (long) Double.parseDouble(one.get(1).toString());
            JobId.parse(one.get(0).toString()).ifPresent(id -> places.add(new Place(died, id)));
        }
        return places;
    }

    private Future<Optional<JobRecord>> record(JobId id) {
        return jobs.record(id).map(found -> found.filter(DeadLetters::isDead));
    }

    private static boolean isDead(JobRecord job) {
        return job.state() == JobState.DEAD;
    }
}
