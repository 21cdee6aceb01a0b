package dev.sluice.worker.batch;

import static dev.sluice.worker.batch.RunningService.SUM;
import static dev.sluice.worker.batch.RunningService.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.job.ItemResult;
import dev.sluice.job.JobId;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.queue.JobLeases;
import dev.sluice.queue.JobRecord;
import dev.sluice.queue.QueueKeys;
import dev.sluice.queue.Take;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.TensorHeader;
import dev.sluice.worker.inference.Answers;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.lease.Await;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.rollout.LoadedSlot;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose queue somebody else has written into, or has lost keys of. */
@Slow
class StrangeQueueTest {
    private static final String PREFIX = QueueKeys.prefix(SUM);
    private static final List<Tensor> ROW = List.of(Tensor.reals("a", 1), Tensor.reals("b", 2));
    private static final byte[] A_ROW = TensorCodec.encode(ROW);

    @TempDir
    Path folder;

    private LoadedModel model;
    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        model = LoadedModel.load(
                ModelFolder.summing("a", "b").writeTo(folder.resolve("model")),
                "digest",
                new LoadSettings(1, 1_000_000, folder.resolve("profiles")));
        model.warmUp(Duration.ofMillis(200));
        service = new RunningService(LoadedSlot.serving(model));
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        model.close();
    }

    @Test
    void whateverStandsInTheQueueTheWorkerAnswersItsOtherJobsAndSaysWhatWasWrong() throws Exception {
        List<JobId> good = new ArrayList<>();
        Map<JobId, String> garbage = new LinkedHashMap<>();
        for (Map.Entry<String, Map<String, @Nullable Object>> strange :
                strangeRecords().entrySet()) {
            garbage.put(plant(strange.getValue()), strange.getKey());
            good.add(accept());
        }
        List<String> withoutRecord =
                List.of("rubbish", "", "sum@champion~short", JobId.random(SUM).toString(), "a\u0000b");
        for (String id : withoutRecord) {
            push(Buffer.buffer(id));
            good.add(accept());
        }
        push(Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xfe, 0}));
        JobId noHash = JobId.random(SUM);
        redis("SET", PREFIX + "job:" + noHash, "text");
        push(Buffer.buffer(noHash.toString()));
        JobId nothingKnown = plant(nothing());
        good.add(accept());

        service.start();

        for (JobId id : good) {
            assertEquals(JobState.DONE, awaitEnd(id).state());
            assertEquals("{\"value\":3.0}", answerOf(id));
        }
        assertEquals(JobState.DEAD, awaitEnd(nothingKnown).state());
        for (Map.Entry<JobId, String> one : garbage.entrySet()) {
            JobRecord record = awaitEnd(one.getKey());
            assertEquals(JobState.DEAD, record.state(), one.getValue());
            assertFalse(record.reason().isEmpty(), one.getValue());
            System.out.printf("%-40s %s%n", one.getValue(), record.reason());
        }
        assertTrue(find(noHash).isEmpty());
        until(
                "nothing is left open",
                () -> redis("EXISTS", PREFIX + "lane:interactive").equals("0"));
        Await.answer(service.intake().expire(SUM));
        for (String counter : List.of("open.jobs", "open.items", "open.bytes", "waiting.jobs", "waiting.items")) {
            assertEquals("0", redis("HGET", PREFIX + "counters", counter), counter);
        }
        assertEquals("1", redis("HLEN", PREFIX + "workers"), "the worker was never removed");
    }

    @Test
    void aJobOfANewerReleaseIsLeftToItsWorkersAndHoldsNobodyUp() throws Exception {
        JobId newer = plant(Map.of("schema", JobSchema.NEWEST.number() + 1));
        JobId another = plant(Map.of("schema", JobSchema.NEWEST.number() + 2));
        JobId ours = accept();
        service.start();
        assertEquals(JobState.DONE, awaitEnd(ours).state());
        assertEquals(JobState.DONE, awaitEnd(accept()).state());
        assertFalse(find(newer).orElseThrow().state().isFinal());
        assertEquals(0, find(another).orElseThrow().deaths());
    }

    @Test
    void aJobWhoseWorkerIsLostWithItsKeysIsFinishedByAnother() throws Exception {
        JobLeases lost = new JobLeases(service.link(), SUM, RunningService.TERMS);
        List<JobId> ids = List.of(accept(), accept());
        Await.answer(lost.register("lost", "{}"));
        Take.Jobs taken = assertInstanceOf(Take.Jobs.class, Await.answer(lost.take("lost", 10)));
        assertEquals(2, taken.jobs().size());
        redis("DEL", PREFIX + "workers", PREFIX + "held:lost", PREFIX + "idle");
        redis("SCRIPT", "FLUSH");

        service.start();

        for (JobId id : ids) {
            assertEquals(JobState.DONE, awaitEnd(id).state());
            assertEquals(1, find(id).orElseThrow().deaths());
        }
    }

    @Test
    void aWorkerThatRedisHasForgottenRegistersAnewAndGoesOn() throws Exception {
        service.start();
        assertEquals(JobState.DONE, awaitEnd(accept()).state());
        String first = redis("HKEYS", PREFIX + "workers");
        redis("DEL", PREFIX + "workers");
        assertEquals(JobState.DONE, awaitEnd(accept()).state());
        redis("FLUSHALL");
        redis("SCRIPT", "FLUSH");
        assertEquals(JobState.DONE, awaitEnd(accept()).state());
        until(
                "registered under a new name",
                () -> redis("HLEN", PREFIX + "workers").equals("1"));
        assertFalse(first.equals(redis("HKEYS", PREFIX + "workers")));
    }

    /** It fails before it is looked into; what the log then asks of it must not bring it back to the lane for ever. */
    @Test
    void aStrangeJobForAnotherSignatureEnds() throws Exception {
        service.start();
        for (Object parts : List.of("1,x", 1_000_000, "-1,9")) {
            JobId id = plant(Map.of("signature", "another", "content", "pictures", "parts", parts));
            assertEquals(JobState.FAILED, awaitEnd(id).state(), "parts " + parts);
        }
        assertEquals(JobState.DONE, awaitEnd(accept()).state());
    }

    /** What differs from a record as accept.lua writes it; null for a field that is missing. */
    private Map<String, Map<String, @Nullable Object>> strangeRecords() {
        Map<String, Map<String, @Nullable Object>> records = new LinkedHashMap<>();
        for (String field : List.of("state", "lane", "items", "bytes", "deadline", "schema", "content", "payload")) {
            Map<String, @Nullable Object> without = new HashMap<>();
            without.put(field, null);
            records.put("without " + field, without);
        }
        for (String items : List.of("0", "-1", "1.5", "nan", "1e3", "999999999", "99999999999999999999")) {
            records.put("items " + items, Map.of("items", items));
        }
        records.put("more items than bytes", Map.of("items", 9_000_000));
        records.put("an item too many", Map.of("items", 2));
        records.put("state unknown", Map.of("state", "asleep"));
        records.put("lane unknown", Map.of("lane", "left"));
        records.put("bytes no number", Map.of("bytes", "many"));
        records.put("deadline no number", Map.of("deadline", "inf"));
        records.put("deaths no number", Map.of("deaths", "some"));
        records.put("schema 0", Map.of("schema", 0));
        records.put("schema text", Map.of("schema", "one"));
        records.put("schema far ahead", Map.of("schema", 999_999));
        records.put("content unknown", Map.of("content", "pickle"));
        records.put("pictures for a model of rows", Map.of("content", "pictures", "parts", A_ROW.length));
        records.put("parts no numbers", Map.of("content", "pictures", "parts", "1,x"));
        records.put("tensors without a header", tensors(new byte[0], new byte[16]));
        records.put("tensors with a header of text", tensors("header".getBytes(UTF_8), new byte[16]));
        records.put("tensors with a header cut off", tensors(Arrays.copyOf(HEADER, HEADER.length - 1), new byte[16]));
        records.put("tensors with a header too long", tensors(Arrays.copyOf(HEADER, HEADER.length + 1), new byte[16]));
        records.put("tensors with fewer bytes than items", tensors(HEADER, new byte[15]));
        records.put("tensors with more bytes than items", tensors(HEADER, new byte[17]));
        records.put("tensors of other columns", tensors(OTHER_HEADER, new byte[8]));
        byte[] claiming = HEADER.clone();
        Arrays.fill(claiming, 1, claiming.length, (byte) 0xff);
        records.put("a header that claims much", tensors(claiming, new byte[16]));
        records.put("payload cut off", Map.of("payload", Buffer.buffer(A_ROW).slice(0, A_ROW.length - 3)));
        records.put("payload without its line", Map.of("payload", "no line"));
        records.put("payload deep", Map.of("payload", "[".repeat(100_000) + "\n"));
        records.put("payload that claims much", Map.of("payload", claiming(2_000_000_000)));
        records.put("payload in a key that is not there", Map.of("body", "own-key"));
        return records;
    }

    private static Map<String, @Nullable Object> nothing() {
        Map<String, @Nullable Object> nothing = new HashMap<>();
        for (String field : List.of("state", "lane", "items", "bytes", "deadline", "schema", "content", "payload")) {
            nothing.put(field, null);
        }
        nothing.put("hello", "there");
        return nothing;
    }

    private static final byte[] HEADER =
            TensorHeader.of(List.of(Tensor.reals("a", 1), Tensor.reals("b", 2))).bytes();
    private static final byte[] OTHER_HEADER =
            TensorHeader.of(List.of(Tensor.reals("c", 1))).bytes();

    private static String claiming(int rows) {
        return "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"BYTES\",\"shape\":[" + rows
                + "],\"parameters\":{\"binary_data_size\":4}}]}\nabcd";
    }

    private static Map<String, @Nullable Object> tensors(byte[] header, byte[] payload) {
        return Map.of(
                "schema",
                JobSchema.TENSORS.number(),
                "header",
                Buffer.buffer(header),
                "payload",
                Buffer.buffer(payload));
    }

    /** As somebody would who knows the names of the keys. */
    private JobId plant(Map<String, ? extends @Nullable Object> strange) {
        JobId id = JobId.random(SUM);
        Map<String, @Nullable Object> record = new HashMap<>(Map.of(
                "state",
                "waiting",
                "lane",
                "interactive",
                "items",
                1,
                "bytes",
                A_ROW.length,
                "deadline",
                Instant.now().plus(Duration.ofHours(1)).toEpochMilli(),
                "accepted",
                "whenever",
                "schema",
                JobSchema.LINES.number(),
                "content",
                "rows",
                "signature",
                model.signatureHash(),
                "payload",
                Buffer.buffer(A_ROW)));
        record.putAll(strange);
        List<Object> write = new ArrayList<>(List.of(PREFIX + "job:" + id));
        record.forEach((field, value) -> {
            if (value != null) {
                write.add(field);
                write.add(value);
            }
        });
        redis("HSET", write.toArray());
        push(Buffer.buffer(id.toString()));
        return id;
    }

    private void push(Buffer id) {
        redis("RPUSH", PREFIX + "lane:interactive", id);
    }

    private JobId accept() throws InterruptedException {
        return service.accept(model.signatureHash(), ROW);
    }

    private String answerOf(JobId id) throws InterruptedException {
        ItemResult only = Answers.writtenOut(
                        model,
                        OutcomeCodec.decode(find(id).orElseThrow().outcome()).results())
                .getFirst();
        return assertInstanceOf(ItemResult.Prediction.class, only).json();
    }

    private JobRecord awaitEnd(JobId id) throws InterruptedException {
        return service.awaitEnd(id);
    }

    private Optional<JobRecord> find(JobId id) throws InterruptedException {
        return service.find(id);
    }

    private String redis(String command, Object... args) {
        return service.redis(command, args);
    }
}
