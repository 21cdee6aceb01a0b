package dev.sluice.frontend.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.body.ModelInput.RowInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.reply.JobWait;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.JobId;
import dev.sluice.job.Lane;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each job of a group says what is true of its own members, however long rows keep coming. */
class GroupDepartureTest {
    private static final Deployment IRIS = Deployment.parse("iris");
    private static final String NO_REDIS = "redis://127.0.0.1:1";
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final String NOT_RECORDED = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-00";

    private final Queue<Runnable> endOfTurn = new ArrayDeque<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<Submission> jobs = new ArrayList<>();
    private final Queue<Promise<List<Ticket>>> answers = new ArrayDeque<>();
    private final Vertx vertx = Vertx.vertx();
    private final Replies replies = new Replies(
            vertx,
            NO_REDIS,
            new JobIntake(RedisLink.open(vertx, NO_REDIS, "queue", SHORT), QueueBudget.DEFAULT, SHORT, SHORT));
    private final GroupAccept groups = new GroupAccept(
            (target, job, waiting) -> {
                assertEquals(Math.max(1, job.members().size()), waiting.size());
                targets.add(target);
                jobs.add(job);
                Promise<List<Ticket>> answer = Promise.promise();
                answers.add(answer);
                return answer.future();
            },
            endOfTurn::add,
            "replies");

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void aGroupThatNeverEmptiesGoesByTheVersionOfItsNewestMember() {
        join("7", 32, NOT_RECORDED);
        turn();
        for (String version : List.of("7", "8", "9")) {
            Future<Ticket> waiting = join(version, 64, NOT_RECORDED);
            accepted();
            turn();
            assertEquals(version, targets.getLast().live().version());
            assertEquals(64, targets.getLast().live().profile().best().batch());
            assertFalse(waiting.isComplete());
        }
    }

    @Test
    void aGroupCarriesTheTracesThatItsMembersCallersRecord() {
        join("7", 32, NOT_RECORDED);
        join("7", 32, trace(1));
        join("7", 32, NOT_RECORDED);
        join("7", 32, trace(2));
        turn();
        assertEquals(trace(1) + "," + trace(2), jobs.getLast().traceparent());
    }

    @Test
    void aGroupWithoutARecordedTraceCarriesItsFirstMembersOfThisDeparture() {
        join("7", 32, trace(1));
        turn();
        String second = NOT_RECORDED.replace('a', 'c');
        join("7", 32, second);
        join("7", 32, NOT_RECORDED);
        accepted();
        turn();
        assertEquals(
                List.of(trace(1), second),
                jobs.stream().map(Submission::traceparent).toList());
    }

    @Test
    void manyRecordedTracesDoNotMakeTheRecordLarge() {
        for (int i = 0; i < 30; i++) {
            join("7", 32, trace(i));
        }
        turn();
        assertEquals(8, jobs.getLast().traceparent().split(",").length);
    }

    @Test
    void aGroupIsStoredForAsLongAsTheMemberThatNeedsItLongest() {
        join("7", 32, terms(false, IdempotencyKey.NONE));
        join("7", 32, terms(false, IdempotencyKey.NONE));
        turn();
        assertEquals(Retention.SYNCHRONOUS, jobs.getLast().retention());
        for (CallTerms longer : List.of(terms(true, IdempotencyKey.NONE), terms(false, new IdempotencyKey("k", "c")))) {
            accepted();
            turn();
            join("7", 32, terms(false, IdempotencyKey.NONE));
            join("7", 32, longer);
            join("7", 32, terms(false, IdempotencyKey.NONE));
            turn();
            assertEquals(Retention.OUTCOME_TTL, jobs.getLast().retention());
        }
    }

    private void turn() {
        for (Runnable task = endOfTurn.poll(); task != null; task = endOfTurn.poll()) {
            task.run();
        }
    }

    private void accepted() {
        int members = Math.max(1, jobs.getLast().members().size());
        JobId id = jobs.getLast().id();
        JobWait wait = replies.within(replies.expect(id), SHORT);
        Ticket ticket = new Ticket(id, 0, 1, wait);
        answers.remove().complete(Collections.nCopies(members, ticket));
    }

    private Future<Ticket> join(String version, int batch, String traceparent) {
        return join(version, batch, terms(false, IdempotencyKey.NONE, traceparent));
    }

    private Future<Ticket> join(String version, int batch, CallTerms terms) {
        RowInput row = new RowInput(List.of(Tensor.reals("a", 1)), List.of());
        return groups.join(target(version, batch), row, terms);
    }

    private static CallTerms terms(boolean async, IdempotencyKey key) {
        return terms(async, key, NOT_RECORDED);
    }

    private static CallTerms terms(boolean async, IdempotencyKey key, String traceparent) {
        return new CallTerms(Duration.ofSeconds(10), System.nanoTime(), async, Lane.INTERACTIVE, key, traceparent);
    }

    private static String trace(int number) {
        return "00-%032x-%016x-01".formatted(number + 1, number + 1);
    }

    private static Target target(String version, int batch) {
        Signature signature = new Signature(List.of(InputTensor.column("a", Datatype.FP64, true)));
        LiveVersion live = new LiveVersion(
                version,
                "tabular-regression",
                "onnx",
                "OnnxRuntime",
                "",
                signature,
                signature.hash(),
                new BatchProfile(List.of(new BatchProfile.Point(batch, 1_000))),
                0);
        return new Target(
                IRIS,
                live,
                new DeploymentBoard.Entry(
                        Optional.of(live), Optional.empty(), Optional.empty(), Backlog.EMPTY, List.of()));
    }
}
