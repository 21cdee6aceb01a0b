package dev.sluice.worker.modelfile;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads an ONNX file as a stream and checks each tensor in it, wherever it stands. What is read stays small: the data of tensors are
 * passed over.
 */
public final class OnnxReader {
    /** That of Protocol Buffers themselves: engines cannot read a file with more either. */
    private static final int DEEPEST = 100;

    private static final int MOST_TEXT = 1 << 16;
    static final int NUMBER = WireFormat.WIRETYPE_VARINT;
    static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final VersionFolder folder;
    private final Path base;
    private final CodedInputStream in;
    private final OnnxOutline.Builder outline = new OnnxOutline.Builder();

    private OnnxReader(VersionFolder folder, Path base, CodedInputStream in) {
        this.folder = folder;
        this.base = base;
        this.in = in;
    }

    /** @throws ModelFileException when it is no ONNX file, names a file that it may not read, or is not served as it is */
    public static void check(VersionFolder folder, Path file) throws ModelFileException {
        OnnxSupport.check(read(folder, file));
    }

    static OnnxOutline read(VersionFolder folder, Path file) throws ModelFileException {
        String name = String.valueOf(file.getFileName());
        if (name.toLowerCase(Locale.ROOT).endsWith(".ort")) {
            throw new ModelFileException(
                    "its file '%s' is in ONNX Runtime's own format: log the ONNX file that it was made from"
                            .formatted(name));
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE) {
                throw new ModelFileException(
                        "its file '%s' has %d bytes, an ONNX file at most %d: save its weights as external data"
                                .formatted(name, size, Integer.MAX_VALUE));
            }
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            // A length that leads beyond the end is a fault, and not an end.
            in.pushLimit((int) size);
            OnnxReader reader = new OnnxReader(folder, file.resolveSibling(""), in);
            reader.message(OnnxMessage.MODEL, 0);
            return reader.outline.build();
        } catch (IOException e) {
            throw new ModelFileException(
                    "its file '%s' is damaged or no ONNX file: check it with onnx.checker.check_model and log it again"
                            .formatted(name),
                    e);
        }
    }

    /** Up to the limit that was set for it. */
    private void message(OnnxMessage kind, int depth) throws IOException, ModelFileException {
        if (depth > DEEPEST) {
            throw new ModelFileException(
                    "its ONNX file is nested more than %d levels deep: flatten its subgraphs".formatted(DEEPEST));
        }
        if (kind == OnnxMessage.TENSOR) {
            tensor(depth);
            return;
        }
        boolean isWhole = kind == OnnxMessage.GRAPH && depth == 1;
        if (isWhole) {
            outline.graph();
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            OnnxMessage next = kind.fields().get(WireFormat.getTagFieldNumber(tag));
            if (next != null && isBytes(tag)) {
                int outer = in.pushLimit(in.readRawVarint32());
                message(next, depth + 1);
                in.popLimit(outer);
            } else if (kind == OnnxMessage.MODEL && tag == (1 << 3 | NUMBER)) {
                outline.irVersion(in.readInt64());
            } else if (kind == OnnxMessage.MODEL && tag == (8 << 3 | BYTES)) {
                opset();
            } else if (isWhole && tag == (11 << 3 | BYTES)) {
                outline.input(new OnnxValueReader(in).read());
            } else {
                skip(in, tag);
            }
        }
    }

    private void opset() throws IOException, ModelFileException {
        int outer = in.pushLimit(in.readRawVarint32());
        String domain = "";
        long version = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | BYTES -> domain = text(in);
                case 2 << 3 | NUMBER -> version = in.readInt64();
                default -> skip(in, tag);
            }
        }
        in.popLimit(outer);
        outline.opset(domain, version);
    }

    private void tensor(int depth) throws IOException, ModelFileException {
        ExternalTensor tensor = new ExternalTensor();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | NUMBER -> tensor.dimension(in.readInt64());
                case 1 << 3 | BYTES -> dimensions(tensor);
                case 2 << 3 | NUMBER -> tensor.type(in.readInt32());
                case 8 << 3 | BYTES -> tensor.name(text(in));
                case 13 << 3 | BYTES -> entry(tensor);
                case 14 << 3 | NUMBER -> tensor.location(in.readInt64());
                default -> skip(in, tag);
            }
        }
        tensor.check(folder, base);
        if (depth == 2) {
            outline.initializer(tensor.name());
        }
    }

    private void dimensions(ExternalTensor tensor) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            tensor.dimension(in.readInt64());
        }
        in.popLimit(outer);
    }

    /** A key and its value; of either, the last counts. */
    private void entry(ExternalTensor tensor) throws IOException, ModelFileException {
        int outer = in.pushLimit(in.readRawVarint32());
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | BYTES -> key = text(in);
                case 2 << 3 | BYTES -> value = text(in);
                default -> skip(in, tag);
            }
        }
        in.popLimit(outer);
        tensor.entry(key, value);
    }

    static String text(CodedInputStream in) throws IOException, ModelFileException {
        int length = in.readRawVarint32();
        if (length > MOST_TEXT) {
            throw new ModelFileException(
                    "its ONNX file has a name of %d bytes: shorten it to %d".formatted(length, MOST_TEXT));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readRawBytes(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFileException("its ONNX file has a name that is no UTF-8: rename it", e);
        }
    }

    private static boolean isBytes(int tag) {
        return WireFormat.getTagWireType(tag) == BYTES;
    }

    static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new IOException("a group ends that did not begin");
        }
    }
}
