package dev.sluice.worker.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

class ResamplingTest {
    private static final int WIDTH = 7;
    private static final int HEIGHT = 5;

    @TempDir
    static Path natives;

    @BeforeAll
    static void loadOpenCv() {
        OpenCvLibrary.load(natives);
    }

    /** Made by Pillow 12: {@code Image.fromarray(pattern).resize((width, height), filter)}. */
    @ParameterizedTest
    @CsvSource({
        "3, 2, BOX, 548f747c8b7fa45e98b85d829c8166557a9f",
        "5, 5, BOX, 0065ca389d826fd439a78c71de43a83ba005866b50d1369b1c81e667cc3176db40d53a9f3398fd92775cf055bab1167ba3886d95fa5f876cd179de43ec51b672573cf75cc17d62470267cc",
        "9, 6, BILINEAR, 0065ca197ee3359a8e52b71c6fd4398cf156a97f73c52a8fde43a82c91364bb055707f5d94395eb95e834882a74283cc668baf85aa4f5dc22784854eb0517abc42a7756fd44f9c8d6476999160a2b787818f8959bc5386c2578c9b8c865cc1bb91a37c8b6e909160a2be8e88c0258aca5a949d7b6770953aaed378b97b837e6ab3518bb15bc065ec51b67d8c476d6037b2177cf75cc175a13f81584b712c910267cc",
        "3, 7, BILINEAR, 2085b36fc548be5a88488e687c7c7774839c7a89448458a2608ca0ac6c767e89b2ba5684b75d818ea48184899caa5d749f8b71667d9694665eac5c765a5280"
    })
    void isPillowsToTheLastBit(int width, int height, ResampleWindow.Filter filter, String expected) {
        try (MatScope scope = new MatScope()) {
            Resampling whole = new Resampling(
                    ResampleWindow.of(filter, WIDTH, width, 0, width),
                    ResampleWindow.of(filter, HEIGHT, height, 0, height));
            assertEquals(expected, HexFormat.of().formatHex(whole.of(pattern(scope))));
        }
    }

    @ParameterizedTest
    @CsvSource({"BOX, 5, 4", "BILINEAR, 12, 10"})
    void aCutIsThatPartOfTheWhole(ResampleWindow.Filter filter, int width, int height) {
        try (MatScope scope = new MatScope()) {
            Mat picture = pattern(scope);
            byte[] whole = new Resampling(
                            ResampleWindow.of(filter, WIDTH, width, 0, width),
                            ResampleWindow.of(filter, HEIGHT, height, 0, height))
                    .of(picture);
            byte[] cut = new Resampling(
                            ResampleWindow.of(filter, WIDTH, width, 1, 3),
                            ResampleWindow.of(filter, HEIGHT, height, 2, 2))
                    .of(picture);
            for (int y = 0; y < 2; y++) {
                for (int i = 0; i < 9; i++) {
                    assertEquals(whole[3 * width * (y + 2) + 3 + i], cut[9 * y + i]);
                }
            }
        }
    }

    private static Mat pattern(MatScope scope) {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i % 3;
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            pixels[i] = (byte) (37 * x + 59 * y + 101 * channel + 13 * x * y);
        }
        Mat mat = scope.keep(new Mat(HEIGHT, WIDTH, CvType.CV_8UC3));
        mat.put(0, 0, pixels);
        return mat;
    }
}
