package dev.sluice.bench.limit;

import dev.sluice.bench.machine.ProcessTree;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.inference.InferenceException;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.PreparedItems;
import dev.sluice.worker.inference.UnservableModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The worker's own decoding and inference fed from memory: so many loops side by side, each of which decodes a batch and infers it. A
 * process of its own for each setting, because an engine's threads are set once. Prints items per second
 * and the processor seconds of a thousand items.
 */
public final class PipelineLimit {
    private static final long MAX_PIXELS = 50_000_000;

    private PipelineLimit() {}

    /** Arguments: model folder, picture or {@code -} for a row, engine threads, loops, batch, seconds of warming up and of measuring. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Content content = args[1].equals("-") ? Content.ROWS : Content.PICTURES;
        JobPayload payload = content == Content.ROWS
                ? JobPayload.ofRows(JobSchema.NEWEST, row())
                : JobPayload.ofPictures(JobSchema.NEWEST, List.of(Files.readAllBytes(Path.of(args[1]))));
        int threads = Integer.parseInt(args[2]);
        int loops = Integer.parseInt(args[3]);
        int batch = Integer.parseInt(args[4]);
        System.out.println(
                measure(folder, payload, threads, loops, batch, Integer.parseInt(args[5]), Integer.parseInt(args[6])));
        // The engine's threads would keep the process.
        System.exit(0);
    }

    private static LimitFigures measure(
            Path folder, JobPayload payload, int threads, int loops, int batch, int warmUp, int seconds)
            throws UnservableModelException, InterruptedException, IOException {
        LoadSettings settings =
                new LoadSettings(threads, MAX_PIXELS, Files.createTempDirectory("sluice-bench-profiles"));
        AtomicLong items = new AtomicLong();
        CountDownLatch broken = new CountDownLatch(1);
        for (int i = 0; i < loops; i++) {
            LoadedModel model = LoadedModel.load(folder, "bench", settings);
            Thread.ofPlatform().daemon().name("loop-" + i).start(() -> {
                try {
                    JobInput.Reader reader = new JobInput.Reader();
                    while (true) {
                        infer(model, reader, payload, batch);
                        items.addAndGet(batch);
                    }
                } catch (InferenceException e) {
                    System.err.println(e.getMessage());
                    broken.countDown();
                }
            });
        }
        Thread.sleep(1_000L * warmUp);
        long before = items.get();
        double cpuBefore = ProcessTree.ownCpuSeconds();
        long start = System.nanoTime();
        Thread.sleep(1_000L * seconds);
        long done = items.get() - before;
        double perSecond = done / ((System.nanoTime() - start) / 1e9);
        double cpu = ProcessTree.ownCpuSeconds() - cpuBefore;
        if (broken.getCount() == 0) {
            throw new IllegalStateException("the model fails");
        }
        return new LimitFigures(perSecond, 1_000 * cpu / Math.max(1, done));
    }

    private static void infer(LoadedModel model, JobInput.Reader reader, JobPayload payload, int batch)
            throws InferenceException {
        JobInput.Description description = new JobInput.Description(
                payload.schema().number(),
                payload.content().wireName(),
                ByteBuffer.wrap(payload.header()),
                1,
                payload.parts());
        List<PreparedItems> prepared = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            prepared.add(model.prepare(reader.read(description, ByteBuffer.wrap(payload.body()))));
        }
        ItemResults.Tensors results = model.infer(PreparedItems.join(prepared));
        if (results.hasFailures()) {
            throw new InferenceException("an item fails: " + results.failures());
        }
    }

    /** As the API writes it. */
    private static List<Tensor> row() {
        return List.of(
                Tensor.reals("sepal_length", 5.1),
                Tensor.reals("sepal_width", 3.5),
                Tensor.reals("petal_length", 1.4),
                Tensor.reals("petal_width", 0.2));
    }
}
