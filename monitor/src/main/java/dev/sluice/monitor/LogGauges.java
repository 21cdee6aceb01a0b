package dev.sluice.monitor;

import static java.util.Objects.requireNonNull;

import dev.sluice.model.Deployment;
import dev.sluice.queue.DeploymentBoard;
import dev.sluice.queue.PredictionLog;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.telemetry.VersionMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Gauges of the prediction logs: bytes that are not yet stored, and items that were dropped before they were stored. */
final class LogGauges {
    private final DeploymentBoard board;
    private final PredictionLog log;
    private final MultiGauge bytes;
    private final MultiGauge dropped;
    private final VersionMeters versionMeters;

    LogGauges(DeploymentBoard board, PredictionLog log, MeterRegistry metrics) {
        this.board = board;
        this.log = log;
        this.bytes = MultiGauge.builder(MetricNames.LOG_BYTES).baseUnit("bytes").register(metrics);
        this.dropped = MultiGauge.builder(MetricNames.LOG_DROPPED).register(metrics);
        this.versionMeters = new VersionMeters(metrics, VersionMeters.KEPT, System::nanoTime);
    }

    Future<Void> look() {
        return board.read().compose(entries -> {
            List<Deployment> deployments = List.copyOf(entries.keySet());
            return Future.all(deployments.stream().map(log::fill).toList()).map(all -> {
                show(deployments, entries, all.list());
                forgetWithdrawn(entries);
                return null;
            });
        });
    }

    /** The counters of this process. */
    private void forgetWithdrawn(SortedMap<Deployment, DeploymentBoard.Entry> entries) {
        var _ = versionMeters.keep(entries.entrySet().stream()
                .filter(entry -> entry.getValue().withdrawn().isEmpty())
                .map(entry -> new VersionMeters.Labels(entry.getKey().model(), ""))
                .collect(Collectors.toSet()));
    }

    private void show(
            List<Deployment> deployments,
            SortedMap<Deployment, DeploymentBoard.Entry> entries,
            List<PredictionLog.Fill> fills) {
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        List<MultiGauge.Row<?>> gone = new ArrayList<>();
        for (int i = 0; i < deployments.size(); i++) {
            boolean isWithdrawn =
                    requireNonNull(entries.get(deployments.get(i))).withdrawn().isPresent();
            if (isWithdrawn && fills.get(i).bytes() == 0) {
                continue;
            }
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
