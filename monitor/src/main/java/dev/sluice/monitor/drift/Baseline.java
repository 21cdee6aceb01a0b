package dev.sluice.monitor.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Histograms of a version's training data and of its answers to them. Training writes them as {@code baseline.json}. */
record Baseline(List<Column> features, Column output) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Baseline {
        features = List.copyOf(features);
    }

    /** @param counts of training, one for each bin */
    record Column(Bins bins, long[] counts) {}

    /** @throws IllegalArgumentException when it does not have the form that training writes */
    static Baseline parse(String text) {
        JsonNode whole;
        try {
            whole = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        }
        List<Column> features = new ArrayList<>();
        whole.path("features").forEach(feature -> features.add(column(feature)));
        return new Baseline(features, column(whole.path("output")));
    }

    private static Column column(JsonNode column) {
        String name = column.path("name").asText();
        Bins bins = switch (column.path("kind").asText()) {
            case "numeric" -> new Bins.Numeric(name, edges(name, column.path("edges")));
            case "categorical" -> new Bins.Categorical(name, texts(column.path("values")));
            default -> throw new IllegalArgumentException("'" + name + "' is neither numeric nor categorical");
        };
        long[] counts = new long[column.path("counts").size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = column.path("counts").get(i).asLong(-1);
            if (counts[i] < 0) {
                throw new IllegalArgumentException("'" + name + "' has a count that is not a number");
            }
        }
        if (counts.length != bins.count()) {
            throw new IllegalArgumentException(
                    "'%s' has %d counts for %d bins".formatted(name, counts.length, bins.count()));
        }
        return new Column(bins, counts);
    }

    private static double[] edges(String name, JsonNode numbers) {
        double[] edges = new double[numbers.size()];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = numbers.get(i).asDouble(Double.NaN);
            if (!Double.isFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1])) {
                throw new IllegalArgumentException("the edges of '" + name + "' do not ascend");
            }
        }
        return edges;
    }

    private static List<String> texts(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }
}
