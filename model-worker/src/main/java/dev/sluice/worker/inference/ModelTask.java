package dev.sluice.worker.inference;

import dev.sluice.model.ModelSignature;
import dev.sluice.worker.picture.Background;
import dev.sluice.worker.picture.Normalization;
import dev.sluice.worker.picture.PicturePreparation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What a version does, read from its metadata: the way into its engine and the way out. */
sealed interface ModelTask {
    String PROBABILITIES = "probabilitiesOutput";
    String VALUE = "valueOutput";

    String name();

    ModelSignature signature();

    /** The engine's output that is read; empty for the first. */
    Optional<String> output();

    /** The metadata's key that names that output. */
    String outputKey();

    /** Of the classes; none for a value. */
    ClassLabels labels();

    /** Numbers that the output has for each item. */
    default int width() {
        return Math.max(1, labels().count());
    }

    /** Why an output with this many numbers for each item is not the one, and what to do. */
    default String wrongWidth(String output, long width) {
        return labels().count() > 0
                ? "output '%s' has %d numbers for each item, and there are %d labels: give 'synset' one label for each class, or name the output of the probabilities in '%s'"
                        .formatted(output, width, labels().count(), outputKey())
                : "output '%s' has %d numbers for each item, and %s answers one: name an output of shape [N] or [N, 1] in '%s'"
                        .formatted(output, width, name(), outputKey());
    }

    record PictureClassification(
            ModelSignature signature, PicturePreparation preparation, ClassLabels labels, boolean softmax, int topK)
            implements ModelTask {
        static final String NAME = "image-classification";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<String> output() {
            return Optional.empty();
        }

        @Override
        public String outputKey() {
            return PROBABILITIES;
        }
    }

    record RowClassification(ModelSignature.Rows signature, String probabilities, ClassLabels labels)
            implements ModelTask {
        static final String NAME = "tabular-classification";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<String> output() {
            return Optional.of(probabilities);
        }

        @Override
        public String outputKey() {
            return PROBABILITIES;
        }
    }

    record RowRegression(ModelSignature.Rows signature, String value) implements ModelTask {
        static final String NAME = "tabular-regression";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<String> output() {
            return Optional.of(value);
        }

        @Override
        public String outputKey() {
            return VALUE;
        }

        @Override
        public ClassLabels labels() {
            return ClassLabels.NONE;
        }
    }

    /** @throws UnservableModelException naming the first entry that is missing or wrong */
    static ModelTask read(MlModelFile file, Path folder) throws UnservableModelException {
        ModelMetadata metadata = file.metadata();
        String task = metadata.text("task");
        return switch (task) {
            case PictureClassification.NAME -> pictures(file, metadata, folder);
            case RowClassification.NAME ->
                new RowClassification(rows(file), metadata.text(PROBABILITIES), ClassLabels.read(metadata, folder));
            case RowRegression.NAME -> new RowRegression(rows(file), metadata.text(VALUE));
            default ->
                throw ModelMetadata.wrong(
                        "task",
                        task,
                        "one of %s, %s, %s"
                                .formatted(PictureClassification.NAME, RowClassification.NAME, RowRegression.NAME));
        };
    }

    private static ModelSignature.Rows rows(MlModelFile file) throws UnservableModelException {
        return SignatureReader.rows(file.inputs());
    }

    private static PictureClassification pictures(MlModelFile file, ModelMetadata metadata, Path folder)
            throws UnservableModelException {
        int height = metadata.number("height");
        int width = metadata.number("width");
        requireValue(metadata, "flag", "COLOR");
        requireValue(metadata, "interpolation", "area");
        return new PictureClassification(
                SignatureReader.pictures(file.inputs(), height, width),
                preparation(metadata, height, width),
                ClassLabels.read(metadata, folder),
                metadata.flag("applySoftmax"),
                metadata.optionalNumber("topK").orElse(5));
    }

    private static PicturePreparation preparation(ModelMetadata metadata, int height, int width)
            throws UnservableModelException {
        Optional<Integer> resizeShort = metadata.optionalNumber("resizeShort");
        if (resizeShort.isPresent() != metadata.flag("centerCrop")) {
            throw new UnservableModelException(
                    "its metadata has one of 'resizeShort' and 'centerCrop' without the other");
        }
        try {
            return new PicturePreparation(
                    width,
                    height,
                    resizeShort.orElse(null),
                    metadata.optionalText("background")
                            .map(ModelTask::background)
                            .orElse(Background.WHITE),
                    metadata.optionalText("normalize").map(Normalization::parse).orElse(Normalization.NONE));
        } catch (IllegalArgumentException e) {
            throw new UnservableModelException("its metadata: " + e.getMessage(), e);
        }
    }

    private static Background background(String text) {
        int[] parts = Arrays.stream(text.split(","))
                .map(String::strip)
                .mapToInt(Integer::parseInt)
                .toArray();
        if (parts.length != 3) {
            throw new IllegalArgumentException("a background is three numbers from 0 to 255");
        }
        return new Background(parts[0], parts[1], parts[2]);
    }

    private static void requireValue(ModelMetadata metadata, String name, String only) throws UnservableModelException {
        String value = metadata.optionalText(name).orElse(only);
        if (!value.equals(only)) {
            throw ModelMetadata.wrong(name, value, only + ", the only one that is served");
        }
    }
}
