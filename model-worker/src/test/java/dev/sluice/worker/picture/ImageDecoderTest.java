package dev.sluice.worker.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.job.Failure;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Core;
import org.opencv.core.Mat;

class ImageDecoderTest {
    private static final Path SAMPLES = Path.of("..", "training", "samples");
    private static final long MAX_PIXELS = 50_000_000;

    @TempDir
    static Path natives;

    private static ImageDecoder decoder;

    @BeforeAll
    static void loadOpenCv() {
        decoder = new ImageDecoder(natives, MAX_PIXELS);
    }

    /** All are made from the same photograph. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cmyk.jpg",
                "progressive.jpg",
                "rotated.jpg",
                "sixteen-bit.png",
                "palette.png",
                "flower.gif",
                "flower.webp",
                "flower.bmp"
            })
    void everyOddFormatShowsTheSameFlower(String name) throws Exception {
        float[] flower = small(sample("flower.jpg"));
        float[] odd = small(sample(name));
        double difference = 0;
        for (int i = 0; i < flower.length; i++) {
            difference += Math.abs(flower[i] - odd[i]) / flower.length;
        }
        assertTrue(difference < 0.03, "mean difference of a level " + difference);
    }

    /** Its own arithmetic would change answers from machine to machine. */
    @ParameterizedTest
    @ValueSource(strings = {"flower.jpg", "china.jpg", "grey.jpg", "progressive.jpg", "rotated.jpg", "cmyk.jpg"})
    void theSystemsTurboJpegSeesTheSamePixelsAsOpenCv(String name) throws Exception {
        assumeTrue(TurboJpeg.installed().isPresent(), "libturbojpeg is not installed");
        ImageDecoder without = new ImageDecoder(natives, MAX_PIXELS, Optional.empty());
        try (MatScope scope = new MatScope()) {
            Mat fast = decoder.decode(sample(name), Background.WHITE, scope);
            Mat slow = without.decode(sample(name), Background.WHITE, scope);
            assertEquals(0, Core.norm(fast, slow, Core.NORM_INF));
        }
    }

    @Test
    void greyBecomesThreeEqualChannels() throws Exception {
        float[] grey = small(sample("grey.jpg"));
        assertArrayEquals(Arrays.copyOfRange(grey, 0, 256), Arrays.copyOfRange(grey, 512, 768));
    }

    @ParameterizedTest
    @CsvSource({"255, 255, 255", "0, 0, 0", "10, 20, 30"})
    void whatIsTransparentShowsTheBackground(int red, int green, int blue) throws Exception {
        byte[] clear = png(new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB));
        PicturePreparation preparation =
                new PicturePreparation(2, 2, null, new Background(red, green, blue), Normalization.NONE);
        float[] pixels = numbers(preparation, clear);
        assertArrayEquals(
                new float[] {red / 255f, green / 255f, blue / 255f}, new float[] {pixels[0], pixels[4], pixels[8]});
    }

    /** A picture of 3 × 2 whose first pixel is red; EXIF says where that pixel is when it stands upright. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 0, 0",
        "2, 3, 2, 0",
        "3, 3, 2, 1",
        "4, 3, 0, 1",
        "5, 2, 0, 0",
        "6, 2, 1, 0",
        "7, 2, 1, 2",
        "8, 2, 0, 2"
    })
    void exifTurnsThePictureUpright(int orientation, int width, int x, int y) throws Exception {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, Color.RED.getRGB());
        try (MatScope scope = new MatScope()) {
            Mat upright = decoder.decode(withOrientation(png(image), orientation), Background.WHITE, scope);
            byte[] pixel = new byte[3];
            upright.get(y, x, pixel);
            assertEquals(width, upright.cols());
            assertArrayEquals(new byte[] {0, 0, -1}, pixel);
        }
    }

    @Test
    void aBombIsRefusedBeforeItIsDecoded() throws IOException {
        assertEquals(Failure.Kind.TOO_MANY_PIXELS, refusal(sample("bomb.png")));
    }

    @Test
    void aGifWhoseFrameIsLargerThanItsHeaderSaysIsRefused() throws IOException {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_INDEXED), "gif", gif);
        byte[] bytes = gif.toByteArray();
        int frame = indexOfFrame(bytes);
        Arrays.fill(bytes, frame + 5, frame + 9, (byte) 0xFF);
        assertEquals(Failure.Kind.TOO_MANY_PIXELS, refusal(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text.jpg", "truncated.jpg"})
    void whatIsNoWholePictureIsRefused(String name) throws IOException {
        assertEquals(Failure.Kind.UNDECODABLE_PICTURE, refusal(sample(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grey.jpg",
                "progressive.jpg",
                "palette.png",
                "sixteen-bit.png",
                "flower.gif",
                "flower.webp",
                "flower.bmp"
            })
    void aPictureThatIsCutOffAnywhereIsRefused(String name) throws IOException {
        byte[] whole = sample(name);
        for (int tenth = 0; tenth < 10; tenth++) {
            byte[] cut = Arrays.copyOf(whole, whole.length * tenth / 10);
            assertEquals(Failure.Kind.UNDECODABLE_PICTURE, refusal(cut), name + " after " + cut.length + " bytes");
        }
    }

    @Test
    void aStripOfOnePixelsWidthNeedsNoGigabytes() throws Exception {
        byte[] strip = png(new BufferedImage(1, 50_000, BufferedImage.TYPE_INT_RGB));
        PicturePreparation preparation = new PicturePreparation(224, 224, 256, Background.WHITE, Normalization.NONE);
        assertEquals(3 * 224 * 224, numbers(preparation, strip).length);
    }

    @Test
    void normalizationIsPerChannel() throws Exception {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, new Color(255, 0, 51).getRGB());
        Normalization normalization = Normalization.parse("0.5, 0.5, 0.2, 0.5, 0.25, 0.1");
        PicturePreparation preparation = new PicturePreparation(1, 1, null, Background.WHITE, normalization);
        assertArrayEquals(new float[] {1, -2, 0}, numbers(preparation, png(image)), 1e-6f);
    }

    private static float[] small(byte[] picture) throws PictureRefusedException {
        return numbers(new PicturePreparation(16, 16, null, Background.WHITE, Normalization.NONE), picture);
    }

    private static float[] numbers(PicturePreparation preparation, byte[] picture) throws PictureRefusedException {
        FloatBuffer numbers = FloatBuffer.allocate(preparation.values());
        preparation.prepare(picture, decoder).writeTo(numbers);
        return numbers.array();
    }

    private static Failure.Kind refusal(byte[] picture) {
        return assertThrows(PictureRefusedException.class, () -> small(picture))
                .failure()
                .kind();
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(name));
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** With an eXIf chunk behind the header: one entry, the orientation; readers do not check its sum. */
    private static byte[] withOrientation(byte[] png, int orientation) {
        String exif = "4D4D002A00000008" + "0001" + "0112" + "0003" + "00000001" + "000%d0000".formatted(orientation)
                + "00000000";
        byte[] chunk = HexFormat.of().parseHex("0000001A" + "65584966" + exif + "00000000");
        int header = 33;
        byte[] turned = Arrays.copyOf(png, png.length + chunk.length);
        System.arraycopy(png, header, turned, header + chunk.length, png.length - header);
        System.arraycopy(chunk, 0, turned, header, chunk.length);
        return turned;
    }

    private static int indexOfFrame(byte[] gif) {
        int at = 13 + 3 * (2 << (gif[10] & 7));
        while (gif[at] != ',') {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 0xFF);
            }
            at++;
        }
        return at;
    }
}
