package dev.sluice.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.job.JobId;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueKeys;
import dev.sluice.redis.LinkedRedis;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is true of a job waits until somebody has kept it, and is refused rather than dropped. */
class FeedbackLogTest {
    private static final Deployment IRIS = Deployment.parse("iris");
    private static final long BUDGET = 4_000;

    @RegisterExtension
    static final LinkedRedis REDIS = new LinkedRedis();

    private final FeedbackLog log = new FeedbackLog(REDIS.link());

    @Test
    void itIsReadAgainUntilItIsKept() {
        JobId first = JobId.random(IRIS).ofMember(2);
        assertTrue(note(first, "[\"setosa\"]"));
        assertTrue(note(JobId.random(IRIS), "[1]"));
        List<Feedback> oldest = Futures.await(log.oldest(IRIS, 1));
        assertEquals(first.toString(), oldest.getFirst().job());
        assertEquals("[\"setosa\"]", oldest.getFirst().truth());
        long age = System.currentTimeMillis() - oldest.getFirst().given().toEpochMilli();
        assertTrue(Math.abs(age) < 60_000, "given just now");
        assertEquals(oldest, Futures.await(log.oldest(IRIS, 1)));
        Futures.await(log.kept(IRIS, oldest));
        Futures.await(log.kept(IRIS, oldest));
        assertEquals("[1]", Futures.await(log.oldest(IRIS, 10)).getFirst().truth());
    }

    @Test
    void beyondTheBudgetItIsRefusedAndNothingGoes() {
        int noted = 0;
        while (note(JobId.random(IRIS), "[true]")) {
            noted++;
        }
        assertEquals(BUDGET / (256 + 6), noted);
        List<Feedback> all = Futures.await(log.oldest(IRIS, 100));
        assertEquals(noted, all.size());
        assertFalse(note(JobId.random(IRIS), "[true]"));
        Futures.await(log.kept(IRIS, all.subList(0, 1)));
        assertTrue(note(JobId.random(IRIS), "[true]"), "there is room again");
    }

    @Test
    void aStrangersKeyUnderItsNameGoes() {
        Futures.await(REDIS.link()
                .send(Request.cmd(Command.SET).arg(QueueKeys.feedback(IRIS)).arg("no stream")));
        assertTrue(note(JobId.random(IRIS), "[1]"));
        assertEquals(1, Futures.await(log.oldest(IRIS, 10)).size());
    }

    private boolean note(JobId id, String truth) {
        return Futures.await(log.note(id, truth, BUDGET));
    }
}
