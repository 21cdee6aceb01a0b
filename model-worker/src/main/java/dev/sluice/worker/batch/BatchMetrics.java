package dev.sluice.worker.batch;

import dev.sluice.job.ItemResults;
import dev.sluice.model.Deployment;
import dev.sluice.telemetry.LatencyBuckets;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.worker.batch.Batch.PreparedJob;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Metrics of the batches of one deployment. */
final class BatchMetrics {
    private final MeterRegistry registry;
    private final Deployment deployment;
    private final DistributionSummary batchItems;

    BatchMetrics(MeterRegistry registry, Deployment deployment) {
        this.registry = registry;
        this.deployment = deployment;
        this.batchItems = DistributionSummary.builder(MetricNames.BATCH_ITEMS)
                .tag("model", deployment.model())
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .register(registry);
    }

    void ran(Batch batch, Duration inferring, ItemResults.Tensors results) {
        String version = batch.model().version();
        batchItems.record(batch.items());
        phase("infer", version).record(inferring);
        Timer queue = phase("queue", version);
        Timer decode = phase("decode", version);
        for (PreparedJob prepared : batch.jobs()) {
            queue.record(Duration.ofMillis(
                    Math.max(0, prepared.job().taken() - prepared.job().accepted())));
            decode.record(prepared.decoding());
        }
        long failed = results.failures().size();
        items(version, "failed", failed);
        items(version, "done", results.size() - failed);
    }

    private void items(String version, String result, long count) {
        registry.counter(MetricNames.ITEMS, "model", deployment.model(), "version", version, "result", result)
                .increment((double) count);
    }

    private Timer phase(String phase, String version) {
        return Timer.builder(MetricNames.PHASE)
                .tags("phase", phase, "model", deployment.model(), "version", version)
                .serviceLevelObjectives(LatencyBuckets.upperEnds())
                .register(registry);
    }
}
