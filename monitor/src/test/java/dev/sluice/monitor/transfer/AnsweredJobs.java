package dev.sluice.monitor.transfer;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import dev.sluice.queue.Commit;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;

/** Jobs of one deployment that a worker has answered, so that they are in the prediction log. */
final class AnsweredJobs {
    private static final String WORKER = "worker";

    private final RedisLink link;
    private final Deployment deployment;
    private final JobIntake intake;
    private final JobLeases leases;

    AnsweredJobs(RedisLink link, Deployment deployment) {
        this.link = link;
        this.deployment = deployment;
        this.intake = new JobIntake(link, QueueBudget.DEFAULT, Duration.ofSeconds(5), Duration.ofMinutes(1));
        this.leases = new JobLeases(link, deployment, LeaseTerms.DEFAULT.withLogBytes(64 << 20));
    }

    /** Registers the worker and the deployment, in an empty Redis. */
    void register() {
        await(link.send(Request.cmd(Command.SADD).arg(QueueKeys.DEPLOYMENTS).arg(deployment.toString())));
        await(leases.register(WORKER, "{}"));
    }

    /** @return the id of the answered job */
    String run(byte[] payload, List<Integer> members, List<ItemResult> results) {
        JobId id = JobId.random(deployment);
        await(intake.accept(new Submission(
                id,
                Lane.INTERACTIVE,
                results.size(),
                Content.ROWS,
                payload,
                List.of(),
                Duration.ofMinutes(1),
                "signature",
                "",
                "",
                members,
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL)));
        await(leases.take(WORKER, 10));
        Outcome outcome = new Outcome("7", "7-0123456789ab", results.size(), new Timing(1.5, 0.25, 4), results);
        assertEquals(
                List.of(),
                await(leases.commit(WORKER, List.of(new Commit(id.toString(), outcome, outcome.hasFailures())))));
        return id.toString();
    }

    static byte[] rows(int count) {
        long[] rooms = new long[count];
        double[] income = new double[count];
        String[] area = new String[count];
        for (int i = 0; i < count; i++) {
            rooms[i] = i;
            income[i] = 1_000.5 + i;
            area[i] = "Urban " + i;
        }
        return TensorCodec.encode(
                List.of(Tensor.wholes("rooms", rooms), Tensor.reals("income", income), Tensor.texts("area", area)));
    }

    static ItemResult prediction(String label) {
        return new ItemResult.Prediction("{\"label\":\"%s\"}".formatted(label));
    }
}
