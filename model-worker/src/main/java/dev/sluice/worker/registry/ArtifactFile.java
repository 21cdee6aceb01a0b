package dev.sluice.worker.registry;

import java.util.Arrays;

/**
 * A file of a version.
 *
 * @param path relative to the version's folder, with slashes
 * @param bytes as the store says; -1 when it does not
 */
public record ArtifactFile(String path, long bytes) {

    /** True for a path that stays inside the folder that it is put into. */
    boolean isSafe() {
        return !path.isEmpty()
                && !path.startsWith("/")
                && !path.contains("\\")
                && path.chars().noneMatch(c -> c < ' ')
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
