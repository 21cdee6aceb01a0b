package dev.sluice.job;

import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBlock;
import dev.sluice.tensor.TensorCodec;
import dev.sluice.tensor.TensorHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The input of a job, read out of its record. */
public sealed interface JobInput {
    int items();

    /** Columns of the same length. */
    record Columns(List<Tensor> columns) implements JobInput {
        public Columns {
            columns = List.copyOf(columns);
            int rows = Rows.count(columns);
            if (columns.stream().anyMatch(column -> column.rows() != rows)) {
                throw new IllegalArgumentException("its columns differ in length");
            }
        }

        @Override
        public int items() {
            return Rows.count(columns);
        }
    }

    /** Encoded pictures as the client sent them, views of the payload. */
    record Pictures(List<ByteBuffer> pictures) implements JobInput {
        public Pictures {
            pictures = List.copyOf(pictures);
        }

        @Override
        public int items() {
            return pictures.size();
        }
    }

    /**
     * What a record says of its payload; an untrusted writer may have written it.
     *
     * @param content name of the payload's kind; only schema 1 needs it
     * @param header empty in schema 1
     * @param parts lengths of pictures; empty for rows
     */
    record Description(int schema, String content, ByteBuffer header, int items, List<Integer> parts) {
        public Description {
            parts = List.copyOf(parts);
        }
    }

    /** Reads many inputs of one model, whose headers are all the same. Safe for several threads. */
    final class Reader {
        private volatile Known known = new Known(ByteBuffer.allocate(0), new TensorHeader(List.of()));

        private record Known(ByteBuffer bytes, TensorHeader header) {}

        /** @throws IllegalArgumentException when it is not of the form that the API writes */
        public JobInput read(Description record, ByteBuffer payload) {
            return switch (JobSchema.ofNumber(record.schema())) {
                case LINES -> readLines(record, payload);
                case TENSORS -> readTensors(header(record.header()), record, payload);
            };
        }

        private static JobInput readLines(Description record, ByteBuffer payload) {
            return switch (Content.ofWire(record.content())) {
                case ROWS -> new Columns(TensorCodec.decode(payload));
                case PICTURES -> pictures(record.parts(), payload);
            };
        }

        private static JobInput readTensors(TensorHeader header, Description record, ByteBuffer payload) {
            List<TensorHeader.Entry> entries = header.entries();
            if (entries.stream().noneMatch(TensorHeader.Entry::isApart)) {
                return new Columns(TensorBlock.read(header, record.items(), payload));
            }
            if (entries.size() > 1) {
                throw new IllegalArgumentException("its payload holds pictures beside other tensors");
            }
            return pictures(record.parts(), payload);
        }

        private TensorHeader header(ByteBuffer bytes) {
            Known before = known;
            if (before.bytes().equals(bytes)) {
                return before.header();
            }
            ByteBuffer rest = bytes.slice();
            TensorHeader header = TensorHeader.read(rest);
            if (rest.hasRemaining()) {
                throw new IllegalArgumentException("not a tensor header: more bytes than it has tensors");
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(bytes.position(), copy);
            known = new Known(ByteBuffer.wrap(copy), header);
            return header;
        }

        private static Pictures pictures(List<Integer> lengths, ByteBuffer payload) {
            boolean fits = lengths.stream().allMatch(length -> length >= 0)
                    && lengths.stream().mapToLong(Integer::longValue).sum() == payload.remaining();
            if (!fits) {
                throw new IllegalArgumentException("its parts do not add up to its length: send the request again");
            }
            List<ByteBuffer> pictures = new ArrayList<>(lengths.size());
            int start = payload.position();
            for (int length : lengths) {
                pictures.add(payload.slice(start, length));
                start += length;
            }
            return new Pictures(pictures);
        }
    }
}
