package dev.sluice.worker.inference;

import java.nio.file.Path;

/**
 * How versions are loaded.
 *
 * @param threads of the engine in one inference
 * @param maxPixels pictures with more are refused before they are decoded
 * @param profiles folder in which measured batch profiles are kept
 */
public record LoadSettings(int threads, long maxPixels, Path profiles) {

    /** Folder in which native libraries are kept. */
    Path natives() {
        return profiles.resolveSibling("natives");
    }
}
