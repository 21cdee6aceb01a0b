package dev.sluice.worker.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The layout of the cache folder, which several workers may share, also workers of two releases:
 *
 * <pre>
 * versions/MODEL/KEY/files        the files of a version, KEY as {@link RegisteredVersion#key} says
 * versions/MODEL/KEY/SHA256SUMS   their checksums
 * versions/MODEL/KEY/MODEL_ID     the registry's id of the model
 * versions/MODEL/KEY/.in-use      locked by each worker that uses the version
 * versions/MODEL/NUMBER           a version that an earlier release downloaded, without MODEL_ID
 * versions/MODEL/NUMBER/KEY       its key, once it was compared with the registry's files
 * live.2/MODEL@ALIAS              the key of the version that was live last
 * live/MODEL@ALIAS                its number alone, as an earlier release reads and writes it
 * previous/MODEL@ALIAS            the key of the version that was live before
 * downloads/                      incomplete downloads, each with a lock, and folders that are being deleted
 * cache.lock                      held while a worker marks a version as used or removes one
 * </pre>
 *
 * A version appears and disappears by one rename.
 */
record CacheLayout(Path root) {
    private static final String FILES = "files";
    private static final String SUMS = "SHA256SUMS";
    private static final String MODEL_ID = "MODEL_ID";
    private static final String KEY = "KEY";

    Path versions() {
        return root.resolve("versions");
    }

    Path downloads() {
        return root.resolve("downloads");
    }

    Path lock() {
        return root.resolve("cache.lock");
    }

    LiveNotes notes(String folder) {
        return new LiveNotes(root.resolve(folder));
    }

    /** The version's number, which an earlier release used as the key. */
    static String numberOf(String key) {
        return key.replaceFirst("-.*", "");
    }

    static Path files(Path folder) {
        return folder.resolve(FILES);
    }

    static Path useMark(Path folder) {
        return folder.resolve(".in-use");
    }

    /** Where this release downloads the version to. */
    Path ownFolder(String model, String key) {
        return versions().resolve(model).resolve(key);
    }

    /** Where an earlier release downloads the version to. */
    Path earlierFolder(String model, String key) {
        return ownFolder(model, numberOf(key));
    }

    /** Where the version is, or would be. */
    Path folder(String model, String key) throws IOException {
        Path own = ownFolder(model, key);
        Path earlier = earlierFolder(model, key);
        boolean isEarlier = !Files.exists(own, LinkOption.NOFOLLOW_LINKS)
                && CacheFolder.isFolder(earlier.resolveSibling(""))
                && CacheFolder.isFolder(earlier)
                && CacheFolder.line(earlier.resolve(KEY)).filter(key::equals).isPresent();
        return isEarlier ? earlier : own;
    }

    /** Whether the key of a folder of an earlier release is known. */
    static boolean isIdentified(Path earlier) throws IOException {
        return CacheFolder.line(earlier.resolve(KEY)).isPresent();
    }

    /** From now on this folder of an earlier release is found by the version's key. */
    static void identify(Path earlier, RegisteredVersion version) throws IOException {
        CacheFolder.replace(earlier.resolve(MODEL_ID), version.modelId());
        CacheFolder.replace(earlier.resolve(KEY), version.key());
    }

    /** Writes the checksums of a download beside its files. */
    static void seal(Path fresh, Manifest manifest, String modelId) throws IOException {
        writeThrough(fresh.resolve(SUMS), manifest.text());
        writeThrough(fresh.resolve(MODEL_ID), modelId);
    }

    /** The checksums of the folder's files when they were downloaded. */
    static Manifest sums(Path folder) throws IOException {
        return Manifest.read(folder.resolve(SUMS));
    }

    /** Empty if an earlier release downloaded the version and its key is not known. */
    static String modelId(Path folder) throws IOException {
        return CacheFolder.line(folder.resolve(MODEL_ID)).orElse("");
    }

    private static void writeThrough(Path file, String text) throws IOException {
        Files.writeString(file, text);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
