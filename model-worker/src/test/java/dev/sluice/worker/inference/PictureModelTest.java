package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.chaos.Slow;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class PictureModelTest {
    private static final long MAX_PIXELS = 10_000;

    @TempDir
    Path folder;

    @Test
    void tellsTheLabelsOfSeveralPicturesInOrder() throws Exception {
        try (LoadedModel model = load()) {
            List<ItemResult> results = infer(model, picture(Color.BLUE, 30, 20), picture(Color.RED, 8, 8));
            assertEquals(
                    "{\"label\":\"blue\",\"probability\":1.0,\"top\":[{\"label\":\"blue\",\"probability\":1.0},"
                            + "{\"label\":\"red\",\"probability\":0.0},{\"label\":\"green\",\"probability\":0.0}]}",
                    json(results.get(0)));
            assertEquals("{\"label\":\"red\"", json(results.get(1)).substring(0, 14));
        }
    }

    @Test
    void oneBadPictureCostsOneAnswer() throws Exception {
        try (LoadedModel model = load()) {
            byte[] text = "not a picture".getBytes(StandardCharsets.US_ASCII);
            List<ItemResult> results = infer(
                    model, picture(Color.RED, 8, 8), text, picture(Color.RED, 200, 100), picture(Color.GREEN, 8, 8));
            assertEquals("{\"label\":\"red\"", json(results.get(0)).substring(0, 14));
            assertEquals(Failure.Kind.UNDECODABLE_PICTURE, kind(results.get(1)));
            assertEquals(Failure.Kind.TOO_MANY_PIXELS, kind(results.get(2)));
            assertEquals("{\"label\":\"green\"", json(results.get(3)).substring(0, 16));
        }
    }

    @Test
    void nothingButBadPicturesNeedsNoEngine() throws Exception {
        try (LoadedModel model = load()) {
            assertEquals(
                    Failure.Kind.UNDECODABLE_PICTURE,
                    kind(infer(model, new byte[0]).getFirst()));
        }
    }

    @Test
    void rowsAreRefusedWhole() throws Exception {
        try (LoadedModel model = load()) {
            List<Tensor> rows = List.of(Tensor.reals("a", 1));
            assertThrows(IllegalArgumentException.class, () -> Answers.rows(model, rows));
        }
    }

    @Test
    void warmsUpWithoutAnInputExample() throws Exception {
        try (LoadedModel model = load()) {
            model.warmUp(Duration.ofSeconds(1));
            assertEquals(1, model.profile().points().getFirst().batch());
        }
    }

    private LoadedModel load() throws IOException, UnservableModelException {
        Path model = ModelFolder.seeingColours(6, 4).writeTo(folder.resolve("model"));
        return LoadedModel.load(model, "digest", new LoadSettings(2, MAX_PIXELS, folder.resolve("profiles")));
    }

    private static List<ItemResult> infer(LoadedModel model, byte[]... pictures) throws InferenceException {
        return Answers.of(model, Answers.pictures(model, List.of(pictures)));
    }

    private static byte[] picture(Color color, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[width * height];
        Arrays.fill(pixels, color.getRGB());
        image.setRGB(0, 0, width, height, pixels, 0, width);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static String json(ItemResult result) {
        return assertInstanceOf(ItemResult.Prediction.class, result).json();
    }

    private static Failure.Kind kind(ItemResult result) {
        return assertInstanceOf(ItemResult.Failed.class, result).failure().kind();
    }
}
