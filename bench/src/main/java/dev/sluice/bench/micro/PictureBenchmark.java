package dev.sluice.bench.micro;

import dev.sluice.worker.picture.Background;
import dev.sluice.worker.picture.ImageDecoder;
import dev.sluice.worker.picture.Normalization;
import dev.sluice.worker.picture.PicturePreparation;
import dev.sluice.worker.picture.PictureRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A photograph of 640 × 427 decoded, scaled, cut out and normalized as the demo model wants it. */
@State(Scope.Thread)
public class PictureBenchmark {
    /** The sample pictures' folder. */
    static final String SAMPLES = "sluice.bench.samples";

    private final PicturePreparation preparation = new PicturePreparation(
            224, 224, 256, Background.WHITE, Normalization.parse("0.498,0.498,0.498,0.502,0.502,0.502"));
    private final FloatBuffer tensor = ByteBuffer.allocateDirect(Float.BYTES * preparation.values())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private final ImageDecoder decoder;
    private final byte[] picture;

    public PictureBenchmark() {
        try {
            decoder = new ImageDecoder(Files.createTempDirectory("sluice-bench-natives"), 50_000_000);
            picture = Files.readAllBytes(Path.of(System.getProperty(SAMPLES, ""), "flower.jpg"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Benchmark
    public FloatBuffer prepare() throws PictureRefusedException {
        preparation.prepare(picture, decoder).writeTo(tensor.clear());
        return tensor;
    }
}
