package dev.sluice.monitor.transfer;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import dev.sluice.model.OutputRole;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.queue.Commit;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.queue.JobIntake;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.QueueBudget;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Retention;
import dev.sluice.queue.Submission;
import dev.sluice.redis.RedisLink;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
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
        return run(
                new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], payload, List.of()),
                members,
                new ItemResults.Lines(results),
                CommittedVersion.NONE);
    }

    /** One row of which a number is missing, and the probabilities of its two classes. */
    void runOnTensors(CommittedVersion version, double rural, double urban) {
        run(scores(rural, urban), version);
    }

    /** @return the id of the answered job of one row */
    String run(List<Tensor> outputs, CommittedVersion version) {
        TensorBuilder rooms = new TensorBuilder("rooms", Datatype.INT64, 1).allowMissing();
        rooms.putMissing(0);
        return run(
                JobPayload.ofRows(JobSchema.TENSORS, List.of(rooms.build(), Tensor.reals("income", 1000.5))),
                List.of(),
                ItemResults.Tensors.of(1, outputs),
                version);
    }

    static List<Tensor> scores(double rural, double urban) {
        TensorBuilder scores = new TensorBuilder("probabilities", Datatype.FP32, 1, 2);
        scores.putReal(0, rural);
        scores.putReal(1, urban);
        return List.of(scores.build());
    }

    static CommittedVersion version(String digits) {
        return new CommittedVersion(
                "7-" + digits,
                new VersionRecord(
                        List.of(new VersionOutput("probabilities", OutputRole.SCORES)), List.of("rural", "urban"), 0));
    }

    private String run(JobPayload payload, List<Integer> members, ItemResults results, CommittedVersion version) {
        JobId id = JobId.random(deployment);
        await(intake.accept(new Submission(
                id,
                Lane.INTERACTIVE,
                results.size(),
                payload,
                Duration.ofMinutes(1),
                "signature",
                "",
                "",
                members,
                IdempotencyKey.NONE,
                Retention.OUTCOME_TTL)));
        await(leases.take(WORKER, 10));
        Outcome outcome = new Outcome(
                "7",
                version.identity().isEmpty() ? "7-0123456789ab" : version.identity(),
                results.size(),
                new Timing(1.5, 0.25, 4),
                results);
        assertEquals(
                List.of(),
                await(leases.commit(
                        WORKER, List.of(new Commit(id.toString(), outcome, outcome.hasFailures())), version)));
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
