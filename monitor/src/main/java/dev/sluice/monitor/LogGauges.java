package dev.sluice.monitor;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.telemetry.MetricNames;
import dev.sluice.telemetry.VersionMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            List<Map.Entry<Deployment, DeploymentBoard.Entry>> all = List.copyOf(entries.entrySet());
            return Future.all(
                            all.stream().map(entry -> log.fill(entry.getKey())).toList())
                    .map(fills -> {
                        show(all, fills.list());
                        forgetWithdrawn(all);
                        return null;
                    });
        });
    }

    /** The counters of this process. */
    private void forgetWithdrawn(List<Map.Entry<Deployment, DeploymentBoard.Entry>> entries) {
        var _ = versionMeters.keep(entries.stream()
                .filter(entry -> !isWithdrawn(entry))
                .map(entry -> new VersionMeters.Labels(entry.getKey().model(), ""))
                .collect(Collectors.toSet()));
    }

    private static boolean isWithdrawn(Map.Entry<Deployment, DeploymentBoard.Entry> entry) {
        return entry.getValue().withdrawn().isPresent();
    }

    private void show(List<Map.Entry<Deployment, DeploymentBoard.Entry>> entries, List<PredictionLog.Fill> fills) {
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        List<MultiGauge.Row<?>> gone = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (isWithdrawn(entries.get(i)) && fills.get(i).bytes() == 0) {
                continue;
            }
            Deployment deployment = entries.get(i).getKey();
            Tags tags = Tags.of("model", deployment.model(), "alias", deployment.alias());
            waiting.add(MultiGauge.Row.of(tags, fills.get(i).bytes()));
            gone.add(MultiGauge.Row.of(tags, fills.get(i).droppedItems()));
        }
        bytes.register(waiting, true);
        dropped.register(gone, true);
    }
}
