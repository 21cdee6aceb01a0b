package dev.sluice.worker.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of one version in the store. */
final class VersionFiles {
    private static final int MOST_FILES = 1_000;
    private static final long MOST_BYTES = 8L << 30;
    private static final String MLMODEL = "MLmodel";
    /** MLflow writes a new id for each model. */
    private static final Pattern NAMED = Pattern.compile("(?m)^model_(?:uuid|id): *(?:m-)?[0-9a-f]{32} *$");

    private final ArtifactStore store;
    private final String root;

    VersionFiles(ArtifactStore store, String root) {
        this.store = store;
        this.root = root;
    }

    /** Their folder in the store. */
    String root() {
        return root;
    }

    /**
     * Copies all of them into the folder.
     *
     * @param space is made for them first
     */
    void downloadInto(Path folder, CacheSpace space)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        List<ArtifactFile> files = store.list(root, MOST_FILES);
        if (files.isEmpty()) {
            throw new RegistryUnavailableException(new RegistryFault.Gone(
                    "the version has no files at %s: restore them or point the alias to another version"
                            .formatted(root)));
        }
        long together =
                files.stream().mapToLong(file -> Math.max(0, file.bytes())).sum();
        if (together > MOST_BYTES) {
            throw new CorruptArtifactException("its files are %d bytes, at most %d are fetched: use a smaller model"
                    .formatted(together, MOST_BYTES));
        }
        space.makeRoom(folder, together);
        for (ArtifactFile file : files) {
            try {
                download(file, folder.resolve(file.path()));
            } catch (RegistryUnavailableException | IOException e) {
                IOException disk = CacheFault.among(e).orElse(null);
                if (disk == null) {
                    throw e;
                }
                throw CacheFault.isFull(disk) ? new CacheFullException(together, CacheSpace.free(folder)) : disk;
            }
        }
    }

    /**
     * Whether the folder has these files already: the same names and sizes, and the same MLmodel file, which contains the id of one model.
     * Only that file is downloaded.
     *
     * @param names of all files in the folder
     * @param scratch a folder to download into
     */
    boolean areIn(Path folder, Set<String> names, Path scratch)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        Path own = folder.resolve(MLMODEL);
        if (!Files.isRegularFile(own) || !NAMED.matcher(Files.readString(own)).find()) {
            return false;
        }
        Set<String> expected = new HashSet<>(names);
        for (ArtifactFile file : store.list(root, MOST_FILES)) {
            boolean isSame = expected.remove(file.path())
                    && (file.bytes() < 0 || file.bytes() == Files.size(folder.resolve(file.path())));
            if (!isSame) {
                return false;
            }
        }
        if (!expected.isEmpty()) {
            return false;
        }
        Path theirs = scratch.resolve(MLMODEL);
        download(new ArtifactFile(MLMODEL, Files.size(own)), theirs);
        return Files.mismatch(own, theirs) == -1;
    }

    private void download(ArtifactFile file, Path target)
            throws RegistryUnavailableException, InterruptedException, IOException {
        Files.createDirectories(target.getParent());
        store.download(root + "/" + file.path(), file.bytes(), target);
        long copied = Files.size(target);
        if (file.bytes() >= 0 && copied != file.bytes()) {
            throw new RegistryUnavailableException(
                    new RegistryFault.Failing("the file %s arrives with %d of %d bytes: check the artifact store"
                            .formatted(file.path(), copied, file.bytes())));
        }
    }
}
