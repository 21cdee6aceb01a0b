package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an answered row leaves in Redis, with the settings of {@code make run} and with Redis's own. */
class RecordMemoryTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final String WORKER = "0123456789abcdef";
    private static final int JOBS = 64;
    private static final long SEED = 20_261_130;
    private static final ItemResult PREDICTION = new ItemResult.Prediction(
            "{\"label\":\"setosa\",\"probability\":0.9771,\"probabilities\":{\"setosa\":0.9771,\"versicolor\":0.0229,\"virginica\":1.4E-7}}");

    static Stream<String> redisBinaries() {
        return Stream.concat(Stream.of(RealRedis.embedded()), RealRedis.onPath().stream());
    }

    @ParameterizedTest
    @MethodSource("redisBinaries")
    void anAnsweredRowLeavesAtMost520BytesAndWithTheDefaultOfRedisAtMostAThousand(String binary) {
        long compact = bytesOfAnAnsweredRow(binary);
        long byDefault = bytesOfAnAnsweredRow(binary, "--hash-max-ziplist-value", "64");
        System.out.printf("%s: %d bytes of an answered row, %d with Redis's default%n", binary, compact, byDefault);
        assertTrue(compact <= 520, compact + " bytes with the settings of make run");
        assertTrue(byDefault <= 1_000, byDefault + " bytes with hash-max-listpack-value 64");
    }

    private static long bytesOfAnAnsweredRow(String binary, String... settings) {
        Vertx vertx = Vertx.vertx();
        try (RealRedis redis = RealRedis.startBinary(binary, settings)) {
            RedisLink link = RedisLink.open(vertx, redis.url(), "record-memory", Duration.ofSeconds(5));
            Futures.await(link.connected());
            long sum = 0;
            for (String id : answered(link)) {
                sum += Futures.await(link.send(Request.cmd(Command.MEMORY)
                                .arg("USAGE")
                                .arg(QueueKeys.job(IRIS, id))
                                .arg("SAMPLES")
                                .arg(0)))
                        .toLong();
            }
            return sum / JOBS;
        } finally {
            Futures.await(vertx.close());
        }
    }

    private static List<String> answered(RedisLink link) {
        JobIntake intake = new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(15));
        JobLeases leases = new JobLeases(link, IRIS, LeaseTerms.DEFAULT);
        Futures.await(leases.register(WORKER, "{}"));
        List<Submission> jobs = aRowEach();
        jobs.forEach(job -> Futures.await(intake.accept(job)));
        Futures.await(leases.take(WORKER, JOBS));
        List<String> ids = jobs.stream().map(job -> job.id().toString()).toList();
        Outcome outcome = new Outcome(
                "1", "1-85c4c30ac770", 32, new Timing(1.0, 2.65, 0.68), new ItemResults.Lines(List.of(PREDICTION)));
        assertTrue(Futures.await(leases.commit(
                        WORKER,
                        ids.stream().map(id -> new Commit(id, outcome, false)).toList(),
                        CommittedVersion.NONE))
                .isEmpty());
        return ids;
    }

    private static List<Submission> aRowEach() {
        Random random = new Random(SEED);
        return IntStream.range(0, JOBS)
                .mapToObj(_ -> {
                    List<Tensor> columns = new ArrayList<>();
                    for (String name : List.of("sepal_length", "sepal_width", "petal_length", "petal_width")) {
                        columns.add(Tensor.reals(name, random.nextDouble()));
                    }
                    return new Submission(
                            JobId.random(IRIS),
                            Lane.INTERACTIVE,
                            1,
                            new JobPayload(
                                    JobSchema.LINES, Content.ROWS, new byte[0], TensorCodec.encode(columns), List.of()),
                            Duration.ofSeconds(10),
                            "0123456789abcdef",
                            QueueKeys.replyChannel("0123456789abcdef"),
                            "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-00",
                            List.of(),
                            IdempotencyKey.NONE,
                            Retention.SYNCHRONOUS);
                })
                .toList();
    }
}
