package dev.sluice.worker.models;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Model folders with random faults in metadata, signature, example and weights; some of them are good. */
public final class RandomModels {
    private static final List<String> KEYS = List.of(
            "task",
            "valueOutput",
            "probabilitiesOutput",
            "synset",
            "height",
            "width",
            "topK",
            "applySoftmax",
            "normalize",
            "background",
            "resizeShort",
            "centerCrop",
            "flag",
            "interpolation",
            "description",
            "unknown");
    private static final List<Object> VALUES = List.of(
            0,
            -1,
            3,
            20_000,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            1.5,
            "",
            " ",
            "null",
            "NaN",
            true,
            "true",
            "answer",
            "../../etc/passwd",
            "a,b,c",
            "tabular-regression",
            "tabular-classification",
            "image-classification",
            List.of("a", "b"),
            Map.of("a", 1),
            "x".repeat(10_000));

    private final Random random;

    public RandomModels(long seed) {
        this.random = new Random(seed);
    }

    /** @return the folder */
    public Path writeTo(Path folder) throws IOException {
        ModelFolder model = base();
        int faults = random.nextInt(4);
        for (int i = 0; i < faults; i++) {
            spoil(model);
        }
        Path written = model.writeTo(folder);
        if (random.nextInt(3) == 0) {
            mutate(written.resolve(
                    List.of("model.onnx", "MLmodel", "input_example.json").get(random.nextInt(3))));
        }
        return written;
    }

    private ModelFolder base() {
        return switch (random.nextInt(7)) {
            case 0 -> ModelFolder.summing("a", "b");
            case 1 -> ModelFolder.takingTheLargest("a", "b", "c");
            case 2 -> ModelFolder.takingLogarithms("x");
            case 3 -> ModelFolder.classifying("red", "green");
            case 4 -> ModelFolder.readingNumbersFromText();
            case 5 -> ModelFolder.passingOnWholeNumbers("n");
            default -> ModelFolder.seeingColours(1 << random.nextInt(13), 1 << random.nextInt(13));
        };
    }

    private void spoil(ModelFolder model) {
        switch (random.nextInt(6)) {
            case 0 -> model.without(any(KEYS));
            case 1 -> model.onnxFile(String.valueOf(any(VALUES)));
            case 2 -> model.flavor("sklearn");
            case 3 -> model.example(List.of("a", "b"), List.of(any(VALUES), any(VALUES)));
            default -> model.with(any(KEYS), any(VALUES));
        }
    }

    /** One byte more, fewer, or other; or the rest missing. */
    private void mutate(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int place = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
            case 0 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = java.util.Arrays.copyOf(bytes, place);
            default -> {
                byte[] noise = "\u00000".getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(noise, 0, bytes, Math.min(place, bytes.length - noise.length), noise.length);
            }
        }
        Files.write(file, bytes);
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
