package dev.sluice.bench.memory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why an API has refused requests, since it was started. */
final class Refusals {
    private static final Pattern LINE =
            Pattern.compile("(?m)^sluice_refusals_total\\{reason=\"([^\"]+)\"} ([0-9.E+]+)$");

    private Refusals() {}

    /**
     * The reasons and how often, as text.
     *
     * @param management address of the API's management port
     */
    static String of(String management) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics = client.send(
                            HttpRequest.newBuilder(URI.create(management + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return describe(metrics);
        }
    }

    static String describe(String metrics) {
        SortedMap<String, Long> counts = new TreeMap<>();
        LINE.matcher(metrics)
                .results()
                .forEach(line -> counts.put(line.group(1), (long) Double.parseDouble(line.group(2))));
        counts.values().removeIf(count -> count == 0);
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map((Map.Entry<String, Long> count) -> count.getKey() + ": " + count.getValue())
                        .collect(Collectors.joining(", "));
    }
}
