package dev.sluice.worker.inference;

import ai.onnxruntime.OrtEnvironment;
import dev.sluice.worker.natives.PackedLibrary;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where ONNX Runtime finds its native code; it reads that as its classes are first used. */
final class OnnxRuntimeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntimeLibrary.class);
    private static final String PLACE = "onnxruntime.native.path";

    private OnnxRuntimeLibrary() {}

    /** Where that fails, or the jar has nothing for this platform, ONNX Runtime's own loader does it. */
    static synchronized void unpackInto(Path folder) {
        if (System.getProperty(PLACE) != null) {
            return;
        }
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
        String processor = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x64";
        String packed = "/ai/onnxruntime/native/%s-%s/".formatted(mac ? "osx" : "linux", processor);
        List<String> names = Stream.of("libonnxruntime", "libonnxruntime4j_jni")
                .map(name -> name + (mac ? ".dylib" : ".so"))
                .toList();
        try {
            URL library = OrtEnvironment.class.getResource(packed + names.getFirst());
            if (library == null) {
                return;
            }
            // The files must keep their names: the folder's tells releases apart.
            Path unpacked = folder.toAbsolutePath()
                    .resolve("onnxruntime-" + library.openConnection().getContentLengthLong());
            for (String name : names) {
                new PackedLibrary(OrtEnvironment.class, packed + name).unpackTo(unpacked.resolve(name));
            }
            System.setProperty(PLACE, unpacked.toString());
        } catch (IOException e) {
            LOG.warn(
                    "ONNX Runtime's native libraries cannot be unpacked into {} ({}): using its own loader",
                    folder,
                    e.getMessage());
        }
    }
}
