package dev.sluice.worker.batch;

import dev.sluice.model.Deployment;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RedisLink;
import dev.sluice.worker.lease.Heartbeat;
import dev.sluice.worker.lease.Incarnation;
import dev.sluice.worker.lease.WakeUp;
import dev.sluice.worker.rollout.ModelSlot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that serves one deployment in this process, wired together: one loop takes, several infer. */
public final class DeploymentService {
    private static final Logger LOG = LoggerFactory.getLogger(DeploymentService.class);
    /**
     * If a batch is shorter than this, a second loop does not help: one loop takes batches just as fast, and larger ones, which cost less
     * per item.
     */
    private static final Duration SHORT_BATCH = Duration.ofMillis(2);

    private final Deployment deployment;
    private final Incarnation incarnation;
    private final HandOver handOver;
    private final TakeLoop taking;
    private final List<InferenceLoop> inferring;
    private final Committer committer;
    private final Heartbeat heartbeat;

    /**
     * What the services of all deployments share.
     *
     * @param loops how many inferences of a deployment may run side by side
     */
    public record Surroundings(
            RedisLink jobsLink,
            RedisLink heartbeatLink,
            ChannelSubscriber subscriber,
            LeaseTerms terms,
            Heartbeat heartbeat,
            Watchdog watchdog,
            int loops,
            LoggedInput loggedInput,
            MeterRegistry metrics,
            JsonObject description) {}

    public DeploymentService(Deployment deployment, ModelSlot slot, Surroundings around) {
        this.deployment = deployment;
        JobLeases leases = new JobLeases(around.jobsLink(), deployment, around.terms());
        JobLeases pulse = new JobLeases(around.heartbeatLink(), deployment, around.terms());
        WakeUp wakeUp = new WakeUp();
        HeldJobs held = new HeldJobs();
        BatchCost cost = new BatchCost(slot::profile, System::nanoTime);
        IntSupplier loops = () -> slot.profile().best().duration().compareTo(SHORT_BATCH) < 0 ? 1 : around.loops();
        this.heartbeat = around.heartbeat();
        this.incarnation = new Incarnation(deployment, leases, around.subscriber(), around.description(), wakeUp);
        this.handOver = new HandOver(cost, loops, System::nanoTime);
        this.taking = new TakeLoop(deployment, incarnation, leases, slot, wakeUp, handOver, held);
        this.committer = new Committer(deployment, incarnation, leases, held, 2 * around.loops(), around.metrics());
        BatchMetrics metrics = new BatchMetrics(around.metrics(), deployment);
        this.inferring = IntStream.range(0, around.loops())
                .mapToObj(number -> new InferenceLoop(
                        deployment,
                        number,
                        incarnation,
                        slot,
                        handOver,
                        new BatchRunner(deployment, cost, around.watchdog(), metrics, committer, around.loggedInput()),
                        committer,
                        held))
                .toList();
        heartbeat.beatFor(deployment, incarnation, pulse, () -> loops.getAsInt() * cost.itemsPerSecond());
    }

    public void start() {
        taking.start();
        inferring.forEach(InferenceLoop::start);
    }

    /** Returns once this worker is registered for the deployment, even if Redis is down for long. */
    public void awaitRegistered() throws InterruptedException {
        var _ = incarnation.name();
    }

    /**
     * Stops taking jobs, finishes running batches, returns jobs that have not started, and unregisters. When no time is left, it returns all
     * jobs that are not committed; if Redis is away, other workers reclaim them.
     */
    public void drain(TimeLeft limit) throws InterruptedException {
        taking.stop();
        boolean ended = true;
        for (int i = 0; i < inferring.size(); i++) {
            ended &= handOver.dismissOne(limit.left());
        }
        for (InferenceLoop loop : inferring) {
            ended &= loop.join(limit.left());
        }
        ended &= committer.drain(limit.left());
        if (!ended) {
            LOG.warn(
                    "{}: stopped with jobs that are not committed (--drain-timeout): other workers run them",
                    deployment);
        }
        taking.giveBackTheRest();
        incarnation.leave();
        heartbeat.stopFor(incarnation);
    }
}
