package dev.sluice.monitor;

import dev.sluice.model.Deployment;
import dev.sluice.queue.DeploymentBoard;
import dev.sluice.queue.PredictionLog;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Gauges of the prediction logs: bytes that are not yet stored, and items that were dropped before they were stored. */
final class LogGauges {
    private final DeploymentBoard board;
    private final PredictionLog log;
    private final MultiGauge bytes;
    private final MultiGauge dropped;

    LogGauges(DeploymentBoard board, PredictionLog log, MeterRegistry metrics) {
        this.board = board;
        this.log = log;
        this.bytes = MultiGauge.builder(MetricNames.LOG_BYTES).baseUnit("bytes").register(metrics);
        this.dropped = MultiGauge.builder(MetricNames.LOG_DROPPED).register(metrics);
    }

    Future<Void> look() {
        return board.deployments()
                .compose(deployments -> Future.all(
                                deployments.stream().map(log::fill).toList())
                        .map(all -> {
                            show(deployments, all.list());
                            return null;
                        }));
    }

    private void show(List<Deployment> deployments, List<PredictionLog.Fill> fills) {
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        List<MultiGauge.Row<?>> gone = new ArrayList<>();
        for (int i = 0; i < deployments.size(); i++) {
            Tags tags = Tags.of(
                    "model",
                    deployments.get(i).model(),
                    "alias",
                    deployments.get(i).alias());
            waiting.add(MultiGauge.Row.of(tags, fills.get(i).bytes()));
            gone.add(MultiGauge.Row.of(tags, fills.get(i).droppedItems()));
        }
        bytes.register(waiting, true);
        dropped.register(gone, true);
    }
}
