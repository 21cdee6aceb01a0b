package dev.sluice.frontend.predict;

import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.body.ModelInput.RowInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.job.JobId;
import dev.sluice.job.Lane;
import dev.sluice.model.Deployment;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Rows that arrive in one turn of the event loop, or while an accept of their deployment is on its way, travel on together as one job, as
 * databases group their commits: alone nothing waits, in a crowd the queue's cost is shared. One event loop only.
 */
final class GroupAccept {
    private static final int LEAST_LARGEST_GROUP = 32;
    /** Each adds 55 bytes to the job's record. */
    private static final int MOST_TRACES = 8;

    private final Sender sender;
    private final Executor atEndOfTurn;
    private final String replyChannel;
    private final Map<Gate, Group> gathering = new HashMap<>();

    /** Sends one job; once it is accepted, each of those who wait for it has a ticket, in their order. */
    interface Sender {
        Future<List<Ticket>> send(Target target, Submission job, List<CallTerms> waiting);
    }

    /** @param atEndOfTurn runs a task once the event loop has seen to all that has arrived by now */
    GroupAccept(Sender sender, Executor atEndOfTurn, String replyChannel) {
        this.sender = sender;
        this.atEndOfTurn = atEndOfTurn;
        this.replyChannel = replyChannel;
    }

    /** Rows can only travel together when they were validated against the same columns and wait in the same lane. */
    private record Gate(Deployment deployment, String signatureHash, Lane lane) {}

    private record Member(RowInput rows, CallTerms terms, Promise<Ticket> ticket) {}

    /** Those who travel next. Under load it does not empty for hours: each departure goes by what the newest member has seen. */
    private static final class Group {
        private Target target;
        private List<Member> members = new ArrayList<>();

        Group(Target target) {
            this.target = target;
        }

        void join(Target newest, Member member) {
            target = newest;
            members.add(member);
        }

        List<Member> depart() {
            List<Member> departing = members;
            members = new ArrayList<>();
            return departing;
        }
    }

    /** Fails as the sender does; what befalls a group befalls every member. */
    Future<Ticket> join(Target target, RowInput rows, CallTerms terms) {
        Member member = new Member(rows, terms, Promise.promise());
        Gate gate = new Gate(target.deployment(), target.live().signatureHash(), terms.lane());
        Group group = gathering.get(gate);
        if (group == null) {
            group = new Group(target);
            gathering.put(gate, group);
            atEndOfTurn.execute(() -> depart(gate));
        }
        group.join(target, member);
        return member.ticket().future();
    }

    private void depart(Gate gate) {
        Group group = Objects.requireNonNull(gathering.get(gate));
        List<Member> members = group.depart();
        if (members.isEmpty()) {
            gathering.remove(gate);
            return;
        }
        Target target = group.target;
        Future.join(split(members, largestGroup(target)).stream()
                        .map(some -> send(target, some))
                        .toList())
                .onComplete(sent -> {
                    if (sent.failed()) {
                        // They have waited for as long as the first; trying again for each could make them wait twice.
                        group.depart().forEach(member -> member.ticket().fail(sent.cause()));
                    }
                    atEndOfTurn.execute(() -> depart(gate));
                });
    }

    /** The best batch: more in one job would only keep other workers from sharing it. */
    private static int largestGroup(Target target) {
        return Math.max(LEAST_LARGEST_GROUP, target.live().profile().best().batch());
    }

    private static List<List<Member>> split(List<Member> members, int mostItems) {
        List<List<Member>> groups = new ArrayList<>();
        List<Member> group = new ArrayList<>();
        int items = 0;
        for (Member member : members) {
            if (!group.isEmpty() && items + member.rows().items() > mostItems) {
                groups.add(group);
                group = new ArrayList<>();
                items = 0;
            }
            group.add(member);
            items += member.rows().items();
        }
        groups.add(group);
        return groups;
    }

    private Future<List<Ticket>> send(Target target, List<Member> group) {
        return sent(target, group).onComplete(sent -> {
            for (int i = 0; i < group.size(); i++) {
                Promise<Ticket> ticket = group.get(i).ticket();
                if (sent.succeeded()) {
                    ticket.complete(sent.result().get(i));
                } else {
                    ticket.fail(sent.cause());
                }
            }
        });
    }

    /** What is thrown on the way befalls this group and no other. */
    private Future<List<Ticket>> sent(Target target, List<Member> group) {
        try {
            List<CallTerms> waiting = group.stream().map(Member::terms).toList();
            return sender.send(target, jobOf(target, group), waiting);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Submission jobOf(Target target, List<Member> group) {
        List<Integer> counts =
                group.stream().map(member -> member.rows().items()).toList();
        Duration longest = group.stream()
                .map(member -> member.terms().remaining())
                .max(Duration::compareTo)
                .orElseThrow();
        List<Tensor> rows =
                Rows.join(group.stream().map(member -> member.rows().columns()).toList());
        return new Submission(
                JobId.random(target.deployment()),
                group.getFirst().terms().lane(),
                counts.stream().mapToInt(Integer::intValue).sum(),
                Payloads.of(
                        target, new RowInput(rows, List.of()), group.getFirst().terms()),
                longest,
                target.live().signatureHash(),
                replyChannel,
                traceOf(group),
                group.size() == 1 ? List.of() : counts,
                IdempotencyKey.NONE,
                longestRetention(group));
    }

    private static Retention longestRetention(List<Member> group) {
        return group.stream()
                .map(member -> member.terms().retention())
                .reduce(Retention::longer)
                .orElseThrow();
    }

    /**
     * The contexts of the members whose callers record their traces, as far as they are few; else the first member's. A worker logs the job
     * under all of them, and every member's own request names the job.
     */
    private static String traceOf(List<Member> group) {
        String recorded = group.stream()
                .map(member -> member.terms().traceparent())
                .filter(GroupAccept::isRecorded)
                .limit(MOST_TRACES)
                .collect(Collectors.joining(","));
        return recorded.isEmpty() ? group.getFirst().terms().traceparent() : recorded;
    }

    /** The last bit of its flags. */
    private static boolean isRecorded(String traceparent) {
        return !traceparent.isEmpty() && (Character.digit(traceparent.charAt(traceparent.length() - 1), 16) & 1) == 1;
    }
}
