package dev.sluice.job;

import dev.sluice.tensor.Leb128;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBlock;
import dev.sluice.tensor.TensorHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An outcome of schema 2. Form: a byte 2; version and version identity; the items of the batch; the times in the queue, of decoding and of
 * inference in microseconds; the number of items; the number of failures, and of each its item, kind and detail; then, if an item has an
 * answer, the {@link TensorHeader} of the outputs and their elements. Texts are UTF-8 behind their length; numbers are {@link Leb128}s.
 */
final class OutcomeBytes {
    static final byte FORM = 2;

    private static final double MICROS = 1000;

    private OutcomeBytes() {}

    static byte[] encode(Outcome outcome, ItemResults.Tensors results) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(128);
        head.write(FORM);
        Leb128.write(head, outcome.version());
        Leb128.write(head, outcome.versionId());
        Leb128.write(head, outcome.batch());
        putMillis(head, outcome.timing().queueMs());
        putMillis(head, outcome.timing().decodeMs());
        putMillis(head, outcome.timing().inferMs());
        Leb128.write(head, results.size());
        Leb128.write(head, results.failures().size());
        results.failures().forEach((item, failure) -> {
            Leb128.write(head, item);
            Leb128.write(head, failure.kind().name());
            Leb128.write(head, failure.detail());
        });
        List<Tensor> outputs = results.outputs();
        if (!outputs.isEmpty()) {
            head.writeBytes(TensorHeader.of(outputs).bytes());
        }
        ByteBuffer all = ByteBuffer.allocate(Math.addExact(head.size(), TensorBlock.size(outputs)));
        all.put(head.toByteArray());
        TensorBlock.write(outputs, all);
        return all.array();
    }

    /** @throws IllegalArgumentException when the bytes are not of that form */
    static Outcome decode(ByteBuffer bytes) {
        ByteBuffer rest = bytes.slice();
        rest.get();
        String version = Leb128.readText(rest);
        String versionId = Leb128.readText(rest);
        int batch = Leb128.readInt(rest);
        Timing timing = new Timing(millis(rest), millis(rest), millis(rest));
        int items = Leb128.readInt(rest);
        SortedMap<Integer, Failure> failures = failures(rest);
        List<Tensor> outputs = rest.hasRemaining() ? outputs(items - failures.size(), rest) : List.of();
        return new Outcome(version, versionId, batch, timing, new ItemResults.Tensors(items, failures, outputs));
    }

    private static List<Tensor> outputs(int answered, ByteBuffer rest) {
        TensorHeader header = TensorHeader.read(rest);
        return TensorBlock.read(header, answered, rest);
    }

    private static SortedMap<Integer, Failure> failures(ByteBuffer rest) {
        SortedMap<Integer, Failure> failures = new TreeMap<>();
        int count = Leb128.readInt(rest);
        for (int i = 0; i < count; i++) {
            int item = Leb128.readInt(rest);
            failures.put(item, new Failure(Failure.Kind.ofWire(Leb128.readText(rest)), Leb128.readText(rest)));
        }
        return failures;
    }

    private static void putMillis(ByteArrayOutputStream head, double millis) {
        Leb128.write(head, Math.max(0, Math.round(millis * MICROS)));
    }

    private static double millis(ByteBuffer rest) {
        return Leb128.readLong(rest) / MICROS;
    }
}
