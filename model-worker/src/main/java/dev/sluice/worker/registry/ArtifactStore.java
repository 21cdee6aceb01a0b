package dev.sluice.worker.registry;

import java.nio.file.Path;
import java.util.List;

/** Where files of versions lie. */
interface ArtifactStore {

    /**
     * Everything below the folder, folders walked through; paths relative to it, each of them safe.
     *
     * @throws CorruptArtifactException when a name leaves the folder, or there are more than {@code mostFiles}
     */
    List<ArtifactFile> list(String folder, int mostFiles)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException;

    /**
     * Copies a file.
     *
     * @param bytes as the listing says; -1 when it does not
     * @throws RegistryUnavailableException also when it comes too slowly, or not whole: to be tried again
     */
    void download(String path, long bytes, Path target) throws RegistryUnavailableException, InterruptedException;
}
