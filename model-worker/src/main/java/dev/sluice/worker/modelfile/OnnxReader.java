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
    private static final int NUMBER = WireFormat.WIRETYPE_VARINT;
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final VersionFolder folder;
    private final Path base;
    private final CodedInputStream in;

    private OnnxReader(VersionFolder folder, Path base, CodedInputStream in) {
        this.folder = folder;
        this.base = base;
        this.in = in;
    }

    /** @throws ModelFileException when it is no ONNX file, or names a file that it may not read */
    public static void check(VersionFolder folder, Path file) throws ModelFileException {
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
            new OnnxReader(folder, file.resolveSibling(""), in).message(OnnxMessage.MODEL, 0);
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
            tensor();
            return;
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            OnnxMessage next = kind.fields().get(WireFormat.getTagFieldNumber(tag));
            if (next != null && isBytes(tag)) {
                int outer = in.pushLimit(in.readRawVarint32());
                message(next, depth + 1);
                in.popLimit(outer);
            } else {
                skip(tag);
            }
        }
    }

    private void tensor() throws IOException, ModelFileException {
        ExternalTensor tensor = new ExternalTensor();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | NUMBER -> tensor.dimension(in.readInt64());
                case 1 << 3 | BYTES -> dimensions(tensor);
                case 2 << 3 | NUMBER -> tensor.type(in.readInt32());
                case 8 << 3 | BYTES -> tensor.name(text());
                case 13 << 3 | BYTES -> entry(tensor);
                case 14 << 3 | NUMBER -> tensor.location(in.readInt64());
                default -> skip(tag);
            }
        }
        tensor.check(folder, base);
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
                case 1 << 3 | BYTES -> key = text();
                case 2 << 3 | BYTES -> value = text();
                default -> skip(tag);
            }
        }
        in.popLimit(outer);
        tensor.entry(key, value);
    }

    private String text() throws IOException, ModelFileException {
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

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new IOException("a group ends that did not begin");
        }
    }
}
