package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.Futures;
import dev.sluice.job.JobId;
import dev.sluice.journal.Feedback;
import dev.sluice.journal.FeedbackLog;
import dev.sluice.redis.RealRedis;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was true of a job is noted for whoever keeps it, whether or not the job is still known. */
class FeedbackTest {
    private static RealRedis redis;
    private static RunningFrontend frontend;
    private static PlainWorker worker;
    private static RedisProbe probe;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        probe = new RedisProbe(redis);
        worker = PlainWorker.servingIris(redis);
        frontend = RunningFrontend.on(redis, settings -> settings.feedbackBytes = 2_000);
        frontend.awaitDeployment("iris");
    }

    @AfterAll
    static void stop() {
        frontend.close();
        worker.close();
        probe.close();
        redis.close();
    }

    @Test
    void itIsNotedForAJobThatNobodyHasAnyMore() {
        keepAll();
        JobId id = JobId.random(SampleDeployments.IRIS).ofMember(3);
        Answer answer = frontend.caller().postJson(path(id), "{\"truth\": [\"setosa\", 2.5, true, null]}");
        assertEquals(202, answer.status());
        assertEquals(4, answer.json().getInteger("items"));
        Feedback noted = waiting().getFirst();
        assertEquals(id.toString(), noted.job());
        assertEquals("[\"setosa\",2.5,true,null]", noted.truth());
    }

    @Test
    void whereNoMoreCanWaitItSaysSo() {
        keepAll();
        Answer answer = note("{\"truth\": [1]}");
        while (answer.status() == 202) {
            answer = note("{\"truth\": [1]}");
        }
        assertEquals(503, answer.status());
        assertEquals("feedback-full", answer.problem());
        assertEquals(2_000 / (256 + 3), waiting().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                          | 422 | invalid-labels",
                "{\"truth\": []}             | 422 | invalid-labels",
                "{\"truth\": \"setosa\"}     | 422 | invalid-labels",
                "{\"truth\": [[1]]}          | 422 | invalid-labels",
                "{\"truth\": [NaN]}          | 422 | invalid-labels",
                "{\"truth\": [1], \"id\": 1} | 422 | invalid-labels",
                "{\"truth\": [               | 400 | malformed-body"
            })
    void whatSaysNothingOfAnyItemIsRefused(String body, int status, String problem) {
        Answer answer = note(body);
        assertEquals(status, answer.status());
        assertEquals(problem, answer.problem());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-id                                           | unknown-job",
                "tulip@champion~0123456789abcdef0123456789abcdef | unknown-model"
            })
    void onlyADeploymentsJobsAreSpokenOf(String id, String problem) {
        Answer answer = frontend.caller().postJson("/v1/jobs/" + id + "/feedback", "{\"truth\": [1]}");
        assertEquals(404, answer.status());
        assertEquals(problem, answer.problem());
    }

    @Test
    void itIsJson() {
        Answer answer = frontend.caller()
                .post(
                        path(JobId.random(SampleDeployments.IRIS)),
                        "text/plain",
                        "{\"truth\": [1]}".getBytes(StandardCharsets.UTF_8));
        assertEquals(415, answer.status());
    }

    private static Answer note(String body) {
        return frontend.caller().postJson(path(JobId.random(SampleDeployments.IRIS)), body);
    }

    private static String path(JobId id) {
        return "/v1/jobs/" + id + "/feedback";
    }

    private static List<Feedback> waiting() {
        return Futures.await(new FeedbackLog(probe.link()).oldest(SampleDeployments.IRIS, 100));
    }

    private static void keepAll() {
        Futures.await(new FeedbackLog(probe.link()).kept(SampleDeployments.IRIS, waiting()));
    }
}
