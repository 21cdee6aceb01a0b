package dev.sluice.worker.modelfile;

import static dev.sluice.worker.modelfile.OnnxReader.BYTES;
import static dev.sluice.worker.modelfile.OnnxReader.NUMBER;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/** Reads one {@code ValueInfoProto}: the name and type of an input. */
final class OnnxValueReader {
    private final CodedInputStream in;
    private String name = "";
    private OnnxValue.Kind kind = OnnxValue.Kind.UNKNOWN;
    private int elementType;
    private int rank = -1;

    OnnxValueReader(CodedInputStream in) {
        this.in = in;
    }

    OnnxValue read() throws IOException, ModelFileException {
        within(tag -> {
            switch (tag) {
                case 1 << 3 | BYTES -> name = OnnxReader.text(in);
                case 2 << 3 | BYTES -> within(this::type);
                default -> OnnxReader.skip(in, tag);
            }
        });
        return new OnnxValue(name, kind, elementType, rank);
    }

    private void type(int tag) throws IOException, ModelFileException {
        switch (tag) {
            case 1 << 3 | BYTES -> {
                kind = OnnxValue.Kind.TENSOR;
                within(this::tensor);
                return;
            }
            case 4 << 3 | BYTES -> kind = OnnxValue.Kind.SEQUENCE;
            case 5 << 3 | BYTES -> kind = OnnxValue.Kind.MAP;
            case 8 << 3 | BYTES -> kind = OnnxValue.Kind.SPARSE_TENSOR;
            case 9 << 3 | BYTES -> kind = OnnxValue.Kind.OPTIONAL;
            default -> {}
        }
        OnnxReader.skip(in, tag);
    }

    private void tensor(int tag) throws IOException, ModelFileException {
        switch (tag) {
            case 1 << 3 | NUMBER -> elementType = in.readInt32();
            case 2 << 3 | BYTES -> {
                rank = Math.max(rank, 0);
                within(this::dimension);
            }
            default -> OnnxReader.skip(in, tag);
        }
    }

    private void dimension(int tag) throws IOException {
        if (tag == (1 << 3 | BYTES)) {
            rank++;
        }
        OnnxReader.skip(in, tag);
    }

    private interface Field {
        void read(int tag) throws IOException, ModelFileException;
    }

    /** All fields of the message that begins here. */
    private void within(Field field) throws IOException, ModelFileException {
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            field.read(tag);
        }
        in.popLimit(outer);
    }
}
