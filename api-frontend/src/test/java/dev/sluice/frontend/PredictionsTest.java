package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.frontend.admission.Admission;
import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.admission.NotAdmittedException;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.frontend.predict.Answer;
import dev.sluice.frontend.predict.Call;
import dev.sluice.frontend.predict.JobAcceptor;
import dev.sluice.frontend.predict.Predictions;
import dev.sluice.frontend.reply.AwaitedJob;
import dev.sluice.frontend.reply.JobEnding;
import dev.sluice.frontend.reply.JobWait;
import dev.sluice.frontend.reply.Replies;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import dev.sluice.model.LiveVersion;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.TakenJob;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Tensor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The predict core without HTTP: what a dialect gets for its calls, and what becomes of those that it abandons. */
@Slow
class PredictionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final IdempotencyKey KEY = new IdempotencyKey("order-17", "content");

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private RealRedis redis;
    private RedisProbe probe;
    private PlainWorker worker;
    private JobIntake intake;
    private Replies replies;
    private Predictions predictions;

    @BeforeEach
    void start() {
        redis = RealRedis.start();
        probe = new RedisProbe(redis);
        worker = PlainWorker.serving(redis, SampleDeployments.IRIS, live());
        RedisLink link = RedisLink.open(vertx, redis.url(), "queue", LIMIT);
        Futures.await(link.connected());
        intake = new JobIntake(link, QueueBudget.DEFAULT, LIMIT, Duration.ofMinutes(15));
        replies = onLoop(() -> new Replies(vertx, redis.url(), intake));
        Futures.await(replies.link().connected());
        predictions = onLoop(() -> new Predictions(
                vertx,
                new Admission(DEADLINE, Optional::empty),
                new JobAcceptor(vertx, link, intake),
                replies,
                intake));
    }

    @AfterEach
    void stop() {
        Futures.await(vertx.close());
        worker.close();
        probe.close();
        redis.close();
    }

    @Test
    void callsOfOneTurnShareAJobAndEachIsAnsweredWithItsOwnItems() {
        List<Future<Call>> sent = onLoop(() -> List.of(predict(1, 2), predict(3)));
        TakenJob taken = worker.takeOne();
        worker.done(taken, PlainWorker.echo(taken));
        Call first = Futures.await(sent.getFirst());
        Call second = Futures.await(sent.getLast());
        assertEquals(first.id().queued(), second.id().queued());
        assertEquals(
                new ItemResults.Lines(List.of(PlainWorker.value(1), PlainWorker.value(2))),
                predicted(first).outcome().results());
        assertEquals(
                new ItemResults.Lines(List.of(PlainWorker.value(3))),
                predicted(second).outcome().results());
        assertEquals(0, onLoop(replies::count));
    }

    @Test
    void anAsynchronousCallIsAnsweredByItsAcceptance() {
        Call call = call(terms(DEADLINE, true, IdempotencyKey.NONE));
        Answer.Accepted accepted = assertInstanceOf(Answer.Accepted.class, Futures.await(call.answer()));
        assertEquals(call.id(), accepted.id());
        assertTrue(accepted.deadline() > 0);
        abandon(call);
        assertEquals(JobState.WAITING, state(call.id()));
    }

    @Test
    void aCallWhoseJobIsCancelledIsAnsweredWithThatState() {
        Call call = call(terms(DEADLINE, false, IdempotencyKey.NONE));
        cancel(call.id());
        assertEquals(new Answer.Ended(call.id(), JobState.CANCELLED), Futures.await(call.answer()));
    }

    @Test
    void aCallWhoseJobRedisHasLostIsAnsweredBeforeItsDeadline() {
        Call call = call(terms(Duration.ofMinutes(10), false, IdempotencyKey.NONE));
        probe.command("FLUSHALL");
        assertEquals(new Answer.Lost(call.id()), Futures.await(call.answer()));
    }

    @Test
    void aCallThatNoWorkerAnswersIsOverdueAtItsDeadline() {
        Call call = call(terms(Duration.ofMillis(500), false, IdempotencyKey.NONE));
        assertEquals(new Answer.Overdue(call.id()), Futures.await(call.answer()));
    }

    @Test
    void whatIsNotAdmittedFailsAndLeavesNothingBehind() {
        Future<Call> late =
                onLoop(() -> predictions.predict(target(), input(1), terms(Duration.ZERO, false, IdempotencyKey.NONE)));
        CompletionException failed = assertThrows(
                CompletionException.class,
                () -> late.toCompletionStage().toCompletableFuture().join());
        assertInstanceOf(NotAdmittedException.class, failed.getCause());
        assertFalse(worker.finds(10));
    }

    @Test
    void theJobOfAGroupIsCancelledWithTheLastOfItsCalls() {
        List<Future<Call>> sent = onLoop(() -> List.of(predict(1), predict(2)));
        Call first = Futures.await(sent.getFirst());
        Call second = Futures.await(sent.getLast());
        abandon(first);
        assertEquals(JobState.WAITING, state(first.id()));
        assertFalse(second.answer().isComplete());
        abandon(second);
        RunningFrontend.until("cancelled", () -> state(first.id()) == JobState.CANCELLED);
        assertEquals(0, onLoop(replies::count));
    }

    @Test
    void theClientOfACallWithAKeyMayReturnForTheAnswer() {
        Call gone = call(terms(DEADLINE, false, KEY));
        abandon(gone);
        assertInstanceOf(Answer.Overdue.class, Futures.await(gone.answer()));
        Call again = call(terms(DEADLINE, false, KEY));
        assertEquals(gone.id(), again.id());
        TakenJob taken = worker.takeOne();
        worker.done(taken, PlainWorker.echo(taken));
        assertEquals(
                new ItemResults.Lines(List.of(PlainWorker.value(1))),
                predicted(again).outcome().results());
    }

    @Test
    void anAnswerMayOvertakeItsAcknowledgement() {
        JobId id = JobId.random(SampleDeployments.IRIS);
        AwaitedJob job = onLoop(() -> replies.expect(id));
        RunningFrontend.until(
                "the reply is published to somebody",
                () -> !probe.command("PUBLISH", replies.channel(), id + " expired 0\n\n")
                        .equals("0"));
        RunningFrontend.until("it has arrived", () -> onLoop(replies::count) == 0);
        JobWait wait = onLoop(() -> replies.within(job, DEADLINE));
        JobEnding.Ended ended = assertInstanceOf(JobEnding.Ended.class, Futures.await(wait.ending()));
        assertEquals(JobState.EXPIRED, ended.state());
        onLoop(() -> {
            replies.release(job);
            return job;
        });
        assertEquals(0, onLoop(replies::count));
    }

    @Test
    void atTheEndOfAWaitTheJobIsLookedUpOnceMore() {
        Call call = call(terms(DEADLINE, true, IdempotencyKey.NONE));
        cancel(call.id());
        JobWait wait = onLoop(() -> {
            AwaitedJob job = replies.expect(call.id());
            replies.accepted(job, Duration.ofMinutes(10));
            JobWait limited = replies.within(job, Duration.ofMillis(1));
            replies.release(job);
            return limited;
        });
        JobEnding.Ended ended = assertInstanceOf(JobEnding.Ended.class, Futures.await(wait.ending()));
        assertEquals(JobState.CANCELLED, ended.state());
    }

    @Test
    void aCallWithAKeyJoinsNoGroup() {
        List<Future<Call>> sent =
                onLoop(() -> List.of(predictions.predict(target(), input(1), terms(DEADLINE, false, KEY)), predict(2)));
        Call keyed = Futures.await(sent.getFirst());
        Call plain = Futures.await(sent.getLast());
        assertNotEquals(keyed.id(), plain.id());
        assertEquals(JobId.WHOLE, keyed.id().member());
        assertEquals(JobId.WHOLE, plain.id().member());
    }

    private Future<Call> predict(double... values) {
        return predictions.predict(target(), input(values), terms(DEADLINE, false, IdempotencyKey.NONE));
    }

    private Call call(CallTerms terms) {
        return Futures.await(onLoop(() -> predictions.predict(target(), input(1), terms)));
    }

    private void abandon(Call call) {
        onLoop(() -> {
            call.abandon();
            return call;
        });
    }

    private static Answer.Predicted predicted(Call call) {
        Answer.Predicted predicted = assertInstanceOf(Answer.Predicted.class, Futures.await(call.answer()));
        assertEquals(call.id(), predicted.id());
        return predicted;
    }

    private JobState state(JobId id) {
        return Futures.await(onLoop(() -> intake.find(id))).orElseThrow().state();
    }

    private void cancel(JobId id) {
        Futures.await(onLoop(() -> intake.cancel(id)));
    }

    private static ModelInput input(double... values) {
        return new ModelInput.RowInput(List.of(Tensor.reals("sepal_length", values)), List.of());
    }

    private static CallTerms terms(Duration deadline, boolean async, IdempotencyKey key) {
        return new CallTerms(deadline, System.nanoTime(), async, Lane.INTERACTIVE, key, "");
    }

    private static LiveVersion live() {
        return SampleDeployments.rows(SampleDeployments.irisSignature(), 10_000);
    }

    /** Served by one worker that was seen just now, with nothing open. */
    private static Target target() {
        Backlog idle = new Backlog(0, 0, 0, 0, 0, 0, 10_000, 1, 0, 0);
        return new Target(
                SampleDeployments.IRIS,
                live(),
                new DeploymentBoard.Entry(Optional.of(live()), Optional.empty(), Optional.empty(), idle, List.of()));
    }

    private <T> T onLoop(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(_ -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException failure) {
                done.fail(failure);
            }
        });
        return Futures.await(done.future());
    }
}
