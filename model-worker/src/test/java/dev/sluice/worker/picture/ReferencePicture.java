package dev.sluice.worker.picture;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A generated picture and what training/picture.py makes of it.
 *
 * @param name format, kind, and where its orientation stands, separated by slashes
 * @param seen width, height and pixels (red first) of a picture; else why there is none
 */
record ReferencePicture(String name, byte[] content, Outcome outcome, byte[] seen) {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    enum Outcome {
        PICTURE,
        REFUSED,
        /** The reference ends in an error that it does not name. */
        CRASHED
    }

    String format() {
        return name.substring(0, name.indexOf('/'));
    }

    /** What all pictures share that have the same pixels, whatever their byte order, compression and layout; empty when no others have. */
    Optional<String> samePixels() {
        String[] parts = name.split("/");
        boolean stored = parts[0].equals("tiff") && parts.length == 6;
        return stored ? Optional.of(parts[1]) : Optional.empty();
    }

    int width() {
        return ByteBuffer.wrap(seen).getInt(0);
    }

    int height() {
        return ByteBuffer.wrap(seen).getInt(4);
    }

    ByteBuffer pixels() {
        return ByteBuffer.wrap(seen, 8, seen.length - 8).slice();
    }

    /** Generates all into the file; some thousands, in some seconds. */
    static void generate(Path file) throws IOException, InterruptedException {
        Process python = new ProcessBuilder(
                        PROJECT.resolve(".venv/bin/python").toString(),
                        "-m",
                        "training.tests.pictures",
                        file.toString())
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (python.waitFor() != 0) {
            throw new IOException("the pictures cannot be generated: " + output);
        }
    }

    static Iterator<ReferencePicture> read(DataInputStream generated) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return generated.available() > 0;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public ReferencePicture next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                try {
                    String name = new String(block(generated), StandardCharsets.UTF_8);
                    byte[] content = block(generated);
                    Outcome outcome = switch (generated.readByte()) {
                        case 0 -> Outcome.PICTURE;
                        case 1 -> Outcome.REFUSED;
                        default -> Outcome.CRASHED;
                    };
                    return new ReferencePicture(name, content, outcome, block(generated));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static byte[] block(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
