package dev.sluice.worker.modelfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A tensor of an ONNX file as it is read: where its data lie, when they lie in another file. */
final class ExternalTensor {
    private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");
    private static final long UNKNOWN = -1;

    private final Map<String, String> entries = new HashMap<>();
    private String name = "";
    private boolean external;
    private int type;
    private long elements = 1;

    String name() {
        return name;
    }

    void name(String given) {
        name = given;
    }

    void type(int given) {
        type = given;
    }

    void dimension(long length) {
        elements = length < 0 || elements == UNKNOWN ? UNKNOWN : product(elements, length);
    }

    /** @param location 1 where its data lie in another file */
    void location(long location) {
        external |= location == 1;
    }

    void entry(String key, String value) throws ModelFileException {
        external = true;
        if (!KEYS.contains(key)) {
            throw new ModelFileException("%s has the unknown key '%s': use location, offset and length"
                    .formatted(what(), VersionFolder.printable(key)));
        }
        if (entries.putIfAbsent(key, value) != null) {
            throw new ModelFileException("%s has the key '%s' twice: give each key once".formatted(what(), key));
        }
    }

    /**
     * Once all of it was read.
     *
     * @param base folder of the ONNX file
     */
    void check(VersionFolder folder, Path base) throws ModelFileException {
        if (!external) {
            return;
        }
        String location = entries.getOrDefault("location", "");
        // ONNX Runtime takes some of these for addresses in its own memory.
        if (location.contains("*")) {
            throw new ModelFileException("%s names '%s', which is no file: name a file within the version's folder"
                    .formatted(what(), VersionFolder.printable(location)));
        }
        Path file = folder.file(what(), base, location);
        long size = sizeOf(file);
        long offset = number("offset", 0);
        long needed = bytes();
        long length = number("length", needed == UNKNOWN ? Math.max(0, size - offset) : needed);
        if (needed != UNKNOWN && length != needed) {
            throw new ModelFileException(
                    "%s has the length %d, its shape takes %d bytes: save the model again with onnx.save"
                            .formatted(what(), length, needed));
        }
        if (offset > size || length > size - offset) {
            throw new ModelFileException(
                    "%s takes %d bytes from %d on, the file '%s' has %d: log the whole file with the model"
                            .formatted(what(), length, offset, VersionFolder.printable(location), size));
        }
    }

    private String what() {
        return "the external data of the tensor '%s'".formatted(VersionFolder.printable(name));
    }

    private long number(String key, long absent) throws ModelFileException {
        String text = entries.get(key);
        if (text == null) {
            return absent;
        }
        if (!text.matches("\\d{1,18}")) {
            throw new ModelFileException(
                    "%s has the %s '%s': give a number of bytes".formatted(what(), key, VersionFolder.printable(text)));
        }
        return Long.parseLong(text);
    }

    /** What its shape takes; {@link #UNKNOWN} for a type that this release does not know. */
    private long bytes() throws ModelFileException {
        if (type == 8) {
            throw new ModelFileException("%s are strings: store strings within the ONNX file".formatted(what()));
        }
        long bits = switch (type) {
            case 2, 3, 9, 17, 18, 19, 20 -> 8;
            case 4, 5, 10, 16 -> 16;
            case 1, 6, 12 -> 32;
            case 7, 11, 13, 14 -> 64;
            case 15 -> 128;
            case 21, 22, 23 -> 4;
            default -> UNKNOWN;
        };
        long total = bits == UNKNOWN || elements == UNKNOWN ? UNKNOWN : product(elements, bits);
        return total == UNKNOWN ? UNKNOWN : total / 8 + (total % 8 == 0 ? 0 : 1);
    }

    /** As large as a number gets, where it does not fit: no file has as many bytes. */
    private static long product(long one, long other) {
        try {
            return Math.multiplyExact(one, other);
        } catch (ArithmeticException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    private static long sizeOf(Path file) throws ModelFileException {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ModelFileException("the version's files cannot be read: check the rights in the cache folder", e);
        }
    }
}
