package dev.sluice.monitor.drift;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.VersionBaseline;
import dev.sluice.monitor.database.Database;
import dev.sluice.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares live versions with their baselines and exports the result as gauges. A version that is no longer live has no gauge. */
public final class DriftWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    private final DeploymentBoard board;
    private final PredictionWindow window;
    private final MultiGauge psi;
    private final MultiGauge jensenShannon;
    private final MultiGauge pValue;
    private final MultiGauge samples;
    /** By the deployment, with the text they were read from. */
    private final Map<Deployment, Read> baselines = new HashMap<>();

    private List<DriftReport> reports = List.of();

    private record Read(VersionBaseline text, Optional<Baseline> baseline) {}

    /**
     * The window of the comparison.
     *
     * @param window of time, up to now
     * @param mostSamples of the newest in it
     * @param leastSamples minimum number of samples for a figure
     */
    public record Terms(Duration window, int mostSamples, int leastSamples) {}

    public DriftWatch(DeploymentBoard board, Database database, Terms terms, MeterRegistry metrics) {
        this.board = board;
        this.window = new PredictionWindow(database, terms.window(), terms.mostSamples(), terms.leastSamples());
        this.psi = MultiGauge.builder(MetricNames.DRIFT_PSI).register(metrics);
        this.jensenShannon =
                MultiGauge.builder(MetricNames.DRIFT_JENSEN_SHANNON).register(metrics);
        this.pValue = MultiGauge.builder(MetricNames.DRIFT_P_VALUE).register(metrics);
        this.samples = MultiGauge.builder(MetricNames.DRIFT_SAMPLES).register(metrics);
    }

    /** Measures once. */
    public Future<Void> look() {
        return board.read().compose(this::compareAll).map(found -> {
            reports = found;
            show();
            return null;
        });
    }

    /** The last report of each deployment. */
    public JsonArray json() {
        JsonArray all = new JsonArray();
        reports.forEach(report -> all.add(report.json()));
        return all;
    }

    private Future<List<DriftReport>> compareAll(SortedMap<Deployment, DeploymentBoard.Entry> entries) {
        List<Future<Optional<DriftReport>>> looks = new ArrayList<>();
        entries.forEach((deployment, entry) -> entry.live().ifPresent(live -> looks.add(compare(deployment, live))));
        return Future.all(looks)
                .map(all -> all.<Optional<DriftReport>>list().stream()
                        .flatMap(Optional::stream)
                        .toList());
    }

    private Future<Optional<DriftReport>> compare(Deployment deployment, LiveVersion live) {
        return board.baseline(deployment)
                .map(found -> found.filter(text -> text.isOf(live)).flatMap(text -> parsed(deployment, text)))
                .compose(baseline -> baseline.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : window.against(baseline.get(), deployment, live).map(Optional::of));
    }

    private Optional<Baseline> parsed(Deployment deployment, VersionBaseline text) {
        Read known = baselines.get(deployment);
        if (known == null || !known.text().equals(text)) {
            known = new Read(text, parse(deployment, text));
            baselines.put(deployment, known);
        }
        return known.baseline();
    }

    private static Optional<Baseline> parse(Deployment deployment, VersionBaseline text) {
        try {
            return Optional.of(Baseline.parse(text.json()));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "{}: cannot read the baseline of version {}, so its drift is not measured: {}",
                    deployment,
                    text.version(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private void show() {
        samples.register(
                reports.stream()
                        .map(report -> MultiGauge.Row.of(tags(report), report.samples()))
                        .toList(),
                true);
        show(psi, Divergence::psi);
        show(jensenShannon, Divergence::jensenShannon);
        show(pValue, Divergence::pValue);
    }

    private void show(MultiGauge gauge, ToDoubleFunction<Divergence> figure) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (DriftReport report : reports) {
            for (DriftReport.Feature feature : report.features()) {
                rows.add(MultiGauge.Row.of(
                        tags(report).and("feature", feature.name(), "kind", feature.kind()),
                        figure.applyAsDouble(feature.divergence())));
            }
        }
        gauge.register(rows, true);
    }

    private static Tags tags(DriftReport report) {
        return Tags.of(
                "model", report.deployment().model(),
                "alias", report.deployment().alias(),
                "version", report.version());
    }
}
