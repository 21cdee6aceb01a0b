package dev.sluice.monitor.predictions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.Content;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobInput;
import dev.sluice.job.Outcome;
import dev.sluice.journal.LoggedJob;
import dev.sluice.monitor.database.Database;
import dev.sluice.redis.RedisFields;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Splits a logged job into the items that its callers sent. */
final class LoggedItems {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final JobInput.Reader READER = new JobInput.Reader();

    private LoggedItems() {}

    /**
     * Its items.
     *
     * @param outcome of the job
     * @param answers of the version that computed it
     * @throws IllegalArgumentException when it is not as a commit writes it
     */
    static List<PredictedItem> of(LoggedJob job, Outcome outcome, AnswerWriter answers) {
        JobId queued = JobId.parse(job.id()).orElseThrow(() -> new IllegalArgumentException("its id is not a job id"));
        ItemResults results = outcome.results();
        int count = results.size();
        List<Place> places = places(queued, job.members(), count);
        List<@Nullable String> inputs = inputs(job, count);
        List<PredictedItem> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Optional<Failure> failure = results.failure(i);
            items.add(new PredictedItem(
                    places.get(i).job(),
                    places.get(i).item(),
                    outcome.version(),
                    outcome.versionId(),
                    job.description().content(),
                    inputs.get(i),
                    failure.isPresent() ? null : answers.line(results, i),
                    failure.map(LoggedItems::json).orElse(null),
                    time(job.accepted()),
                    time(job.started()),
                    time(job.finished()),
                    outcome.batch(),
                    outcome.timing()));
        }
        return items;
    }

    private static Instant time(long epochMs) {
        Instant time = Instant.ofEpochMilli(epochMs);
        if (!Database.isStorable(time)) {
            throw new IllegalArgumentException("its times are out of range");
        }
        return time;
    }

    private record Place(JobId job, int item) {}

    private static List<Place> places(JobId queued, List<Integer> members, int count) {
        // Check this first: an untrusted writer may have claimed billions of items.
        long named = members.stream().mapToLong(Integer::longValue).sum();
        if (!members.isEmpty() && named != count) {
            throw new IllegalArgumentException("its members have %d items and its outcome %d".formatted(named, count));
        }
        List<Place> places = new ArrayList<>(count);
        if (members.isEmpty()) {
            for (int item = 0; item < count; item++) {
                places.add(new Place(queued, item));
            }
        }
        for (int member = 0; member < members.size(); member++) {
            for (int item = 0; item < members.get(member); item++) {
                places.add(new Place(queued.ofMember(member), item));
            }
        }
        return places;
    }

    private static List<@Nullable String> inputs(LoggedJob job, int count) {
        if (!job.input().isEmpty()) {
            return described(job.input(), count);
        }
        boolean rows = job.description().content().equals(Content.ROWS.wireName())
                && job.payload().isPresent();
        return rows
                        && READER.read(
                                        job.description(),
                                        RedisFields.view(job.payload().get()))
                                instanceof JobInput.Columns(List<Tensor> columns)
                ? rows(columns, count)
                : unknown(count);
    }

    private static List<@Nullable String> described(String descriptions, int count) {
        try {
            JsonNode each = JSON.readTree(descriptions);
            if (each.isEmpty()) {
                return unknown(count);
            }
            if (each.size() != count) {
                throw new IllegalArgumentException("its input describes %d items of %d".formatted(each.size(), count));
            }
            List<@Nullable String> inputs = new ArrayList<>(count);
            each.forEach(one -> inputs.add(one.toString()));
            return inputs;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("its input is not JSON", e);
        }
    }

    private static List<@Nullable String> rows(List<Tensor> columns, int count) {
        if (Rows.count(columns) != count) {
            throw new IllegalArgumentException(
                    "its payload has %d rows and its outcome %d".formatted(Rows.count(columns), count));
        }
        List<@Nullable String> rows = new ArrayList<>(count);
        for (int row = 0; row < count; row++) {
            ObjectNode object = JSON.createObjectNode();
            for (Tensor column : columns) {
                object.set(column.name(), value(column.json(row)));
            }
            rows.add(object.toString());
        }
        return rows;
    }

    private static JsonNode value(JsonNode cell) {
        return cell.isTextual() ? TextNode.valueOf(Database.storable(cell.textValue())) : cell;
    }

    private static List<@Nullable String> unknown(int count) {
        return new ArrayList<>(Collections.nCopies(count, null));
    }

    private static String json(Failure failure) {
        return JSON.createObjectNode()
                .put("kind", failure.kind().name())
                .put("detail", Database.storable(failure.detail()))
                .toString();
    }
}
