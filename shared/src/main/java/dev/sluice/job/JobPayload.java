package dev.sluice.job;

import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBlock;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.TensorHeader;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The input of a job in the form of its record.
 *
 * @param schema of the record; its workers must be able to read it
 * @param header of the tensors, see {@link TensorHeader}; empty in schema 1
 * @param body the elements; in schema 1 of rows the header's line too
 * @param parts of pictures the length of each, in bytes; empty for rows
 */
public record JobPayload(JobSchema schema, Content content, byte[] header, byte[] body, List<Integer> parts) {
    private static final byte[] NO_HEADER = {};
    private static final byte[] PICTURES =
            new TensorHeader(List.of(new TensorHeader.Entry("image", Datatype.BYTES, false, true, List.of()))).bytes();

    public JobPayload {
        parts = List.copyOf(parts);
    }

    /** Of all that it takes in Redis. */
    public int bytes() {
        return Math.addExact(header.length, body.length);
    }

    /** @param columns each with an element for each row */
    public static JobPayload ofRows(JobSchema schema, List<Tensor> columns) {
        return switch (schema) {
            case LINES -> new JobPayload(schema, Content.ROWS, NO_HEADER, TensorCodec.encode(columns), List.of());
            case TENSORS ->
                new JobPayload(
                        schema, Content.ROWS, TensorHeader.of(columns).bytes(), TensorBlock.bytes(columns), List.of());
        };
    }

    /** @param pictures encoded, as the client sent them */
    public static JobPayload ofPictures(JobSchema schema, List<byte[]> pictures) {
        byte[] header = schema == JobSchema.LINES ? NO_HEADER : PICTURES;
        List<Integer> lengths = pictures.stream().map(picture -> picture.length).toList();
        return new JobPayload(schema, Content.PICTURES, header, endToEnd(pictures), lengths);
    }

    private static byte[] endToEnd(List<byte[]> pictures) {
        if (pictures.size() == 1) {
            return pictures.getFirst();
        }
        ByteBuffer all = ByteBuffer.allocate(
                pictures.stream().mapToInt(picture -> picture.length).sum());
        pictures.forEach(all::put);
        return all.array();
    }
}
