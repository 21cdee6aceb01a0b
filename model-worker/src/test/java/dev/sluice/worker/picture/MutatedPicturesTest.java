package dev.sluice.worker.picture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.picture.MutatedPictures;
import dev.sluice.picture.PictureFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** A damaged picture is decoded or refused: nothing else leaves the decoder, and the process lives on. */
class MutatedPicturesTest {
    private static final String FLOWER =
            Path.of("..", "training", "samples", "flower.jpg").toString();
    private static final long MAX_PIXELS = 2_000_000;
    private static final double SHARE_DECODED = 0.3;
    private static final PicturePreparation PREPARATION =
            new PicturePreparation(32, 32, 36, Background.WHITE, Normalization.NONE);

    @TempDir
    static Path natives;

    private static ImageDecoder decoder;

    @BeforeAll
    static void loadOpenCv() {
        decoder = new ImageDecoder(natives, MAX_PIXELS);
    }

    @ParameterizedTest
    @EnumSource
    void everyMutationIsDecodedOrRefused(PictureFormat format) throws IOException {
        int count = ChaosForm.count(400, 10_000);
        Map<String, Integer> seen = new TreeMap<>();
        MutatedPictures.of(smallFlower(format), format, ChaosForm.seed(), count).forEach(counting(seen));
        double share = (double) seen.getOrDefault("decoded", 0) / count;
        System.out.printf(
                "S2 %s (%s): %d mutated, %.0f %% decoded, %s%n",
                format, ChaosForm.describe(), count, 100 * share, seen);
        assertTrue(share >= SHARE_DECODED, "too few of them still decode to say anything: " + seen);
    }

    private static Consumer<byte[]> counting(Map<String, Integer> seen) {
        return picture -> {
            String outcome;
            try {
                PREPARATION.prepare(picture, decoder);
                outcome = "decoded";
            } catch (PictureRefusedException refused) {
                outcome = refused.failure().kind().name().toLowerCase(Locale.ROOT);
            }
            seen.merge(outcome, 1, Integer::sum);
        };
    }

    private static byte[] smallFlower(PictureFormat format) throws IOException {
        Mat small = new Mat();
        Imgproc.resize(Imgcodecs.imread(FLOWER), small, new Size(96, 64));
        MatOfByte encoded = new MatOfByte();
        if (format != PictureFormat.GIF) {
            assertTrue(Imgcodecs.imencode("." + format.name().toLowerCase(Locale.ROOT), small, encoded));
            return encoded.toArray();
        }
        assertTrue(Imgcodecs.imencode(".png", small, encoded));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded.toArray()));
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, "gif", gif));
        return gif.toByteArray();
    }
}
