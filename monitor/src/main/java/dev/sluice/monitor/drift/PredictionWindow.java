package dev.sluice.monitor.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The recent predictions of a version, compared with its baseline. */
final class PredictionWindow {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEWEST = """
            select input::text, output::text from prediction
            where model = $1 and alias = $6 and version = $2 and version_id in ('', $5) and finished > $3
              and output is not null
            order by finished desc limit $4""";

    private final Database database;
    private final Duration length;
    private final int mostSamples;
    private final int leastSamples;

    /** @param mostSamples of the newest that are looked at */
    PredictionWindow(Database database, Duration length, int mostSamples, int leastSamples) {
        this.database = database;
        this.length = length;
        this.mostSamples = mostSamples;
        this.leastSamples = leastSamples;
    }

    Future<DriftReport> against(Baseline baseline, Deployment deployment, LiveVersion live) {
        String version = live.version();
        OffsetDateTime since = OffsetDateTime.now(ZoneOffset.UTC).minus(length);
        return database.run(
                        NEWEST,
                        Tuple.of(deployment.model(), version, since, mostSamples, live.versionId(), deployment.alias()))
                .map(rows -> {
                    if (rows.size() < leastSamples) {
                        return new DriftReport(deployment, version, rows.size(), leastSamples, List.of());
                    }
                    List<long[]> counts = new ArrayList<>();
                    baseline.features()
                            .forEach(feature ->
                                    counts.add(new long[feature.bins().count()]));
                    long[] answers = new long[baseline.output().bins().count()];
                    for (Row row : rows) {
                        count(baseline, counts, answers, tree(row.getString(0)), tree(row.getString(1)));
                    }
                    return report(baseline, deployment, version, rows.size(), counts, answers);
                });
    }

    private static void count(Baseline baseline, List<long[]> counts, long[] answers, JsonNode input, JsonNode output) {
        for (int i = 0; i < counts.size(); i++) {
            Bins bins = baseline.features().get(i).bins();
            count(counts.get(i), bins.placeOf(input.path(bins.name())));
        }
        Bins bins = baseline.output().bins();
        count(answers, bins.placeOf(output.path(bins.name())));
    }

    private static void count(long[] counts, int place) {
        if (place != Bins.NOWHERE) {
            counts[place]++;
        }
    }

    private DriftReport report(
            Baseline baseline,
            Deployment deployment,
            String version,
            int samples,
            List<long[]> counts,
            long[] answers) {
        List<DriftReport.Feature> features = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            compare(baseline.features().get(i), "input", counts.get(i), features);
        }
        compare(baseline.output(), "output", answers, features);
        return new DriftReport(deployment, version, samples, leastSamples, features);
    }

    /** A feature with too few values is not measured. */
    private void compare(Baseline.Column trained, String kind, long[] found, List<DriftReport.Feature> features) {
        if (sum(found) >= leastSamples && sum(trained.counts()) > 0) {
            features.add(
                    new DriftReport.Feature(trained.bins().name(), kind, Divergence.between(trained.counts(), found)));
        }
    }

    private static long sum(long[] counts) {
        return java.util.Arrays.stream(counts).sum();
    }

    private static JsonNode tree(@org.jspecify.annotations.Nullable String json) {
        try {
            return JSON.readTree(json == null ? "{}" : json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Postgres holds JSON that is none", e);
        }
    }
}
