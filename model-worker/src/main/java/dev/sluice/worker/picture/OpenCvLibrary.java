package dev.sluice.worker.picture;

import dev.sluice.worker.natives.PackedLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import nu.pattern.OpenCV;
import org.opencv.core.Core;

/** OpenCV's native code. The jar's own loader deletes what others have unpacked, which two workers that start together do not survive. */
final class OpenCvLibrary {
    private static final ReentrantLock LOADING = new ReentrantLock();

    private OpenCvLibrary() {}

    /** Does nothing when it is loaded already. */
    @SuppressWarnings("restricted") // a native decoder is what this class is for
    static void load(Path folder) {
        LOADING.lock();
        try {
            System.load(unpacked(folder).toString());
            // Pictures are decoded side by side; threads within one would only compete.
            Core.setNumThreads(1);
        } catch (IOException e) {
            throw new UncheckedIOException("OpenCV's native library cannot be unpacked into " + folder, e);
        } finally {
            LOADING.unlock();
        }
    }

    private static Path unpacked(Path folder) throws IOException {
        String resource = resourceOfThisPlatform();
        Path library = folder.toAbsolutePath().resolve(resource.substring(1).replace('/', '-'));
        new PackedLibrary(OpenCV.class, resource).unpackTo(library);
        return library;
    }

    private static String resourceOfThisPlatform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").equals("aarch64") ? "ARMv8" : "x86_64";
        return system.contains("mac")
                ? "/nu/pattern/opencv/osx/%s/lib%s.dylib".formatted(processor, Core.NATIVE_LIBRARY_NAME)
                : "/nu/pattern/opencv/linux/%s/lib%s.so".formatted(processor, Core.NATIVE_LIBRARY_NAME);
    }
}
