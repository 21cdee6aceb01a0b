package dev.sluice.worker.batch;

import dev.sluice.model.Deployment;
import dev.sluice.queue.ChannelSubscriber;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.queue.RedisLink;
import dev.sluice.worker.lease.Heartbeat;
import dev.sluice.worker.lease.Incarnation;
import dev.sluice.worker.lease.WakeUp;
import dev.sluice.worker.rollout.ModelSlot;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutorService;

/** Everything that serves one deployment in this process, wired together. */
public final class DeploymentService {
    private final Incarnation incarnation;
    private final BatchLoop loop;
    private final Heartbeat heartbeat;

    /** What the services of all deployments share. */
    public record Surroundings(
            RedisLink jobsLink,
            RedisLink heartbeatLink,
            ChannelSubscriber subscriber,
            LeaseTerms terms,
            Heartbeat heartbeat,
            Watchdog watchdog,
            ExecutorService decoders,
            MeterRegistry metrics,
            JsonObject description) {}

    public DeploymentService(Deployment deployment, ModelSlot slot, Surroundings around) {
        JobLeases leases = new JobLeases(around.jobsLink(), deployment, around.terms());
        JobLeases pulse = new JobLeases(around.heartbeatLink(), deployment, around.terms());
        WakeUp wakeUp = new WakeUp();
        HeldJobs held = new HeldJobs();
        ServedRate rate = new ServedRate(slot.profile().best());
        this.heartbeat = around.heartbeat();
        this.incarnation = new Incarnation(deployment, leases, around.subscriber(), around.description(), wakeUp);
        Committer committer = new Committer(deployment, incarnation, leases, held, around.metrics());
        BatchRunner runner = new BatchRunner(
                deployment, rate, around.watchdog(), new BatchMetrics(around.metrics(), deployment), committer);
        this.loop = new BatchLoop(
                deployment,
                incarnation,
                leases,
                slot,
                wakeUp,
                new BatchAssembler(around.decoders()),
                runner,
                committer,
                rate,
                held);
        heartbeat.beatFor(deployment, incarnation, pulse, rate::itemsPerSecond);
    }

    public void start() {
        loop.start();
    }

    /** Finishes what runs and gives the rest back. */
    public void drain() throws InterruptedException {
        loop.drain();
        heartbeat.stopFor(incarnation);
    }
}
