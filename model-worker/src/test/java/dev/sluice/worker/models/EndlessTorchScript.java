package dev.sluice.worker.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The first version of molecule-rings, with a loop without an end in its {@code forward}. */
public final class EndlessTorchScript {
    private static final Path RINGS = Path.of("..", "training", "rings", "v1");
    private static final String FORWARD = "    features = self.features\n";
    private static final String LOOP = """
                again = True
                while again:
                  again = torch.lt(0, torch.dim(picture))
            """;

    private EndlessTorchScript() {}

    /** @return the folder */
    public static Path writeTo(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(RINGS)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = folder.resolve(RINGS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Path weights = folder.resolve("data").resolve("model.pth");
        Files.delete(weights);
        rewrite(RINGS.resolve("data").resolve("model.pth"), weights);
        return folder;
    }

    private static void rewrite(Path from, Path to) throws IOException {
        try (ZipFile source = new ZipFile(from.toFile());
                ZipOutputStream target = new ZipOutputStream(Files.newOutputStream(to))) {
            for (ZipEntry entry : (Iterable<ZipEntry>) source.stream().map(ZipEntry.class::cast)::iterator) {
                byte[] content;
                try (InputStream in = source.getInputStream(entry)) {
                    content = in.readAllBytes();
                }
                if (entry.getName().endsWith("network.py")) {
                    String code = new String(content, StandardCharsets.UTF_8);
                    content = code.replace(FORWARD, LOOP + FORWARD).getBytes(StandardCharsets.UTF_8);
                }
                store(target, entry.getName(), content);
            }
        }
    }

    /** libtorch reads no compressed entries. */
    private static void store(ZipOutputStream target, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        target.putNextEntry(entry);
        target.write(content);
        target.closeEntry();
    }
}
