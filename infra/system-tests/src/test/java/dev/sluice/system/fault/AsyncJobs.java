package dev.sluice.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Jobs that were accepted with 202, by their ids, each with the number that it must answer. */
final class AsyncJobs {
    private final Map<String, Double> accepted = new ConcurrentHashMap<>();
    private final List<CompletableFuture<Void>> sending = new java.util.concurrent.CopyOnWriteArrayList<>();

    /** Asks this API to accept so many; what it refuses does not count. */
    AsyncJobs send(SluiceClient api, int count, long spin) {
        for (int i = 0; i < count; i++) {
            double number = i + 0.25;
            sending.add(api.postJsonAsync(Probe.PATH, Probe.row(number, spin), "Prefer", "respond-async")
                    .handle((answer, failure) -> {
                        if (failure == null && answer.status() == 202) {
                            accepted.put(answer.body().path("job_id").asText(), number);
                        }
                        return null;
                    }));
        }
        return this;
    }

    /** Waits for the last acceptance or refusal. @return how many were accepted */
    int accepted() {
        sending.forEach(CompletableFuture::join);
        return accepted.size();
    }

    /** Waits for each accepted job. @return how many were answered right */
    int right(SluiceClient api) {
        int right = 0;
        for (Map.Entry<String, Double> job : accepted.entrySet()) {
            Answer done = api.get("/v1/jobs/" + job.getKey(), "Prefer", "wait=30");
            JsonNode value =
                    done.body().path("result").path("predictions").path(0).path("value");
            if (value.isNumber() && value.asDouble() == job.getValue()) {
                right++;
            }
        }
        return right;
    }
}
