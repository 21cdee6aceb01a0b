package dev.sluice.worker.modelfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A TorchScript archive, checked without libtorch: entries that stay where they are, code in it, and no operator that reads or writes
 * files. A pickled module has no code in it; it would run whatever its pickle says.
 */
public final class TorchScriptArchive {
    private static final String CONVERT = "convert it with torch.jit.script before logging it";
    private static final int MOST_CODE = 32 << 20;

    private TorchScriptArchive() {}

    /** @throws ModelFileException when it is no TorchScript, or may do more than compute */
    public static void check(Path file) throws ModelFileException {
        try {
            Set<String> names = entries(ZipDirectory.read(file));
            boolean constants = names.stream().anyMatch(name -> name.endsWith("/constants.pkl"));
            boolean code = names.stream().anyMatch(name -> name.contains("/code/"));
            if (!constants || !code) {
                throw new ModelFileException("its pytorch flavor is pickled, which is never loaded: " + CONVERT);
            }
            checkCode(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelFileException("its pytorch flavor is no whole TorchScript archive: " + CONVERT, e);
        }
    }

    /** In lower case, for libtorch finds an entry by its name in any case. */
    private static Set<String> entries(ZipDirectory directory) throws ModelFileException {
        Set<String> names = new HashSet<>();
        String root = "";
        for (ZipDirectory.Entry entry : directory.entries()) {
            String name = VersionFolder.printable(entry.name());
            if (!VersionFolder.isInside(entry.name().replaceFirst("/$", ""))) {
                throw new ModelFileException(
                        "its TorchScript archive has the entry '%s', which leaves the archive: save it with torch.jit.save"
                                .formatted(name));
            }
            if (entry.link()) {
                throw new ModelFileException(
                        "its TorchScript archive has the link '%s': save it with torch.jit.save".formatted(name));
            }
            if (!names.add(entry.name().toLowerCase(Locale.ROOT))) {
                throw new ModelFileException(
                        "its TorchScript archive has the entry '%s' twice: save it with torch.jit.save"
                                .formatted(name));
            }
            String folder = entry.name().replaceFirst("/.*", "");
            if (!root.isEmpty() && !folder.equals(root)) {
                throw new ModelFileException(
                        "its TorchScript archive has the entry '%s' outside its folder '%s': save it with torch.jit.save"
                                .formatted(name, VersionFolder.printable(root)));
            }
            root = folder;
        }
        if (names.contains(root.toLowerCase(Locale.ROOT) + "/model.json")) {
            throw new ModelFileException(
                    "its TorchScript archive is in the format of PyTorch before 1.4: save it with torch.jit.save");
        }
        return names;
    }

    private static void checkCode(Path file) throws IOException, ModelFileException {
        int left = MOST_CODE;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (Iterator<? extends ZipEntry> all = zip.entries().asIterator(); all.hasNext(); ) {
                ZipEntry entry = all.next();
                if (entry.getName().toLowerCase(Locale.ROOT).endsWith(".py")) {
                    byte[] code = firstBytes(zip, entry, left + 1);
                    left -= code.length;
                    if (left < 0) {
                        throw new ModelFileException(
                                "its TorchScript code is longer than %d bytes: script a smaller module"
                                        .formatted(MOST_CODE));
                    }
                    TorchScriptCode.check(new String(code, StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    private static byte[] firstBytes(ZipFile zip, ZipEntry entry, int most) throws IOException {
        try (InputStream content = zip.getInputStream(entry)) {
            return content.readNBytes(most);
        }
    }
}
