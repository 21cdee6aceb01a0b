package dev.sluice.worker.inference;

import java.nio.file.Path;

/**
 * How versions are loaded.
 *
 * @param threads of the engine in one inference
 * @param maxPixels pictures with more are refused before they are decoded
 * @param profiles folder in which measured batch profiles are stored
 * @param inputs most bytes of a model's inputs
 */
public record LoadSettings(int threads, long maxPixels, Path profiles, InputLimits inputs) {
    public LoadSettings(int threads, long maxPixels, Path profiles) {
        this(threads, maxPixels, profiles, InputLimits.DEFAULT);
    }

    /** Folder in which native libraries are stored. */
    Path natives() {
        return profiles.resolveSibling("natives");
    }
}
