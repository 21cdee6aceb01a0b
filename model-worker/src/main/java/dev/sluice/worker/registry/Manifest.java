package dev.sluice.worker.registry;

import dev.sluice.text.Sha256;
import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.VersionFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The SHA-256 of every file of a folder, written as {@code sha256sum} writes it, so that anybody can check it. */
record Manifest(SortedMap<String, String> sums) {
    private static final int HEX_DIGITS = 64;
    private static final Pattern LINE = Pattern.compile("[0-9a-f]{%d}  .+".formatted(HEX_DIGITS));
    /** Of a thousand files with long names. */
    private static final long MOST_BYTES = 4 << 20;

    /**
     * What lies in the folder now.
     *
     * @throws ModelFileException when that is more than regular files: nothing is read through a link
     */
    static Manifest of(Path folder) throws IOException, ModelFileException {
        new VersionFolder(folder).requirePlainFiles();
        SortedMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    sums.put(folder.relativize(file).toString().replace('\\', '/'), sha256(file));
                }
            }
        }
        return new Manifest(sums);
    }

    /** The names in it are compared with those that lie in the folder; no file is opened by them. */
    static Manifest read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
            throw new IOException("%s is missing or no list of checksums".formatted(file.getFileName()));
        }
        SortedMap<String, String> sums = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!LINE.matcher(line).matches()) {
                throw new IOException("%s has a line that is not a checksum and a name".formatted(file.getFileName()));
            }
            sums.put(line.substring(HEX_DIGITS + 2), line.substring(0, HEX_DIGITS));
        }
        return new Manifest(sums);
    }

    String text() {
        return sums.entrySet().stream()
                .map(entry -> entry.getValue() + "  " + entry.getKey() + "\n")
                .collect(Collectors.joining());
    }

    /** One digest over all names and contents. */
    String digest() {
        return HexFormat.of().formatHex(Sha256.digest().digest(text().getBytes(StandardCharsets.UTF_8)));
    }

    /** A sentence about the first file that is missing, added or changed; empty when they are equal. */
    String differenceTo(Manifest other) {
        for (Map.Entry<String, String> file : sums.entrySet()) {
            String theirs = other.sums.get(file.getKey());
            if (!file.getValue().equals(theirs)) {
                return file.getKey() + (theirs == null ? " is missing" : " has changed");
            }
        }
        return other.sums.keySet().stream()
                .filter(name -> !sums.containsKey(name))
                .findFirst()
                .map(name -> name + " was added")
                .orElse("");
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(content, Sha256.digest())) {
            digesting.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        }
    }
}
