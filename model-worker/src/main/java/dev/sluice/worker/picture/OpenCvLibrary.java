package dev.sluice.worker.picture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import nu.pattern.OpenCV;
import org.opencv.core.Core;

/**
 * OpenCV's native code, unpacked once into a folder that is kept. The jar's own loader unpacks 65 MB at each start and deletes what
 * others have unpacked, which two workers that start together do not survive.
 */
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
        try (InputStream packed = OpenCV.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException("there is no OpenCV for this platform: " + resource);
            }
            if (!Files.exists(library)) {
                Files.createDirectories(library.getParent());
                Path partial = Files.createTempFile(library.getParent(), "opencv", ".partial");
                Files.copy(packed, partial, StandardCopyOption.REPLACE_EXISTING);
                Files.move(partial, library, StandardCopyOption.ATOMIC_MOVE);
            }
        }
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
