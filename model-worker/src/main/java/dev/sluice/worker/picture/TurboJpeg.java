package dev.sluice.worker.picture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.picture.PictureHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's libturbojpeg (its 2.0 interface, turbojpeg.h), where it is installed: the same arithmetic as in OpenCV's build, by vector
 * instructions that this build lacks. Decodes colour and grey; whatever it complains about is left to OpenCV. Safe for many threads.
 */
@SuppressWarnings("restricted") // a native decoder is what this class is for
final class TurboJpeg {
    private static final Logger LOG = LoggerFactory.getLogger(TurboJpeg.class);
    private static final List<String> NAMES = List.of("libturbojpeg.so.0", "libturbojpeg.0.dylib");
    private static final Optional<TurboJpeg> INSTALLED = find();

    /** TJPF_BGR. */
    private static final int BLUE_GREEN_RED = 1;
    /** TJCS_GRAY; above it stand CMYK and YCCK. */
    private static final int GREY = 2;

    private final MethodHandle open;
    private final MethodHandle readHeader;
    private final MethodHandle decode;
    private final MethodHandle close;

    private TurboJpeg(SymbolLookup library) {
        open = function(library, "tjInitDecompress", FunctionDescriptor.of(ADDRESS));
        readHeader = function(
                library,
                "tjDecompressHeader3",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        decode = function(
                library,
                "tjDecompress2",
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                        JAVA_INT));
        close = function(library, "tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    }

    static Optional<TurboJpeg> installed() {
        return INSTALLED;
    }

    /**
     * Blue, green, red; the matrix belongs to the scope. Empty when it is not of the usual kind, not sound, or not as large as its header
     * was read elsewhere.
     */
    Optional<Mat> decode(byte[] jpeg, PictureHeader header, MatScope scope) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, jpeg);
            MemorySegment handle = (MemorySegment) open.invokeExact();
            if (handle.equals(MemorySegment.NULL)) {
                return Optional.empty();
            }
            try {
                return decode(handle, data, header, arena, scope);
            } finally {
                int _ = (int) close.invokeExact(handle);
            }
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native function cannot be called", e);
        }
    }

    private Optional<Mat> decode(
            MemorySegment handle, MemorySegment data, PictureHeader expected, Arena arena, MatScope scope)
            throws Throwable {
        MemorySegment header = arena.allocate(MemoryLayout.sequenceLayout(4, JAVA_INT));
        int read = (int) readHeader.invokeExact(
                handle, data, data.byteSize(), at(header, 0), at(header, 1), at(header, 2), at(header, 3));
        int width = header.getAtIndex(JAVA_INT, 0);
        int height = header.getAtIndex(JAVA_INT, 1);
        boolean usual = read == 0 && header.getAtIndex(JAVA_INT, 3) <= GREY;
        if (!usual || width != expected.width() || height != expected.height()) {
            return Optional.empty();
        }
        Mat pixels = scope.keep(new Mat(height, width, CvType.CV_8UC3));
        MemorySegment target = MemorySegment.ofAddress(pixels.dataAddr());
        int pitch = Math.toIntExact(pixels.step1());
        // Not zero on a mere warning, too.
        int decoded = (int)
                decode.invokeExact(handle, data, data.byteSize(), target, width, pitch, height, BLUE_GREEN_RED, 0);
        return decoded == 0 ? Optional.of(pixels) : Optional.empty();
    }

    private static MemorySegment at(MemorySegment numbers, int index) {
        return numbers.asSlice(index * JAVA_INT.byteSize(), JAVA_INT.byteSize());
    }

    private static Optional<TurboJpeg> find() {
        for (String name : NAMES) {
            try {
                TurboJpeg library = new TurboJpeg(SymbolLookup.libraryLookup(name, Arena.global()));
                LOG.info("JPEG is decoded by {}", name);
                return Optional.of(library);
            } catch (IllegalArgumentException notHere) {
                LOG.debug("{} cannot be used: {}", name, notHere.getMessage());
            }
        }
        LOG.info(
                "JPEG is decoded by OpenCV; with libturbojpeg installed (apt install libturbojpeg0) it takes half the time");
        return Optional.empty();
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor types) {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.find(name)
                                .orElseThrow(() -> new IllegalArgumentException("it has no function " + name)),
                        types);
    }
}
