package dev.sluice.worker.inference;

import dev.sluice.model.Signature;
import dev.sluice.worker.picture.Background;
import dev.sluice.worker.picture.Normalization;
import dev.sluice.worker.picture.PicturePreparation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which of its classes a picture shows: the best few with their probabilities. */
record PictureClassification(
        Signature signature,
        PicturePreparation pixels,
        Optional<String> output,
        ClassProbabilities probabilities,
        int top)
        implements Classification {
    static final TaskKind KIND = new TaskKind(
            "image-classification",
            List.of(
                    ClassProbabilities.KEYS,
                    List.of("topK", "width", "height", "resizeShort", "centerCrop"),
                    List.of("interpolation", "flag", "normalize", "background")),
            PictureClassification::read);

    private static final int DEFAULT_TOP = 5;
    private static final int CHANNELS = 3;

    private static PictureClassification read(MlModelFile file, ModelMetadata metadata, Path folder) {
        Optional<Integer> height = metadata.requiredCount("height");
        Optional<Integer> width = metadata.requiredCount("width");
        metadata.requireIfPresent("flag", "COLOR");
        metadata.requireIfPresent("interpolation", "area");
        return new PictureClassification(
                metadata.orFault(
                        Signature.ofPicture(3, 1, 1), () -> SignatureReader.pictures(file.inputs(), height, width)),
                preparation(metadata, height.orElse(1), width.orElse(1)),
                metadata.text(ClassProbabilities.OUTPUT),
                ClassProbabilities.read(metadata, folder),
                metadata.count("topK").orElse(DEFAULT_TOP));
    }

    private static PicturePreparation preparation(ModelMetadata metadata, int height, int width) {
        Optional<Integer> resizeShort = metadata.count("resizeShort");
        if (metadata.flag("centerCrop") != metadata.has("resizeShort")) {
            metadata.fault(
                    "centerCrop",
                    "and 'resizeShort' stand one without the other",
                    "give both for a centre crop, or none of them");
        }
        if (resizeShort.isPresent() && resizeShort.get() < Math.max(width, height)) {
            metadata.wrong("resizeShort", resizeShort.get().toString(), "at least 'width' and 'height'");
            resizeShort = Optional.empty();
        }
        return new PicturePreparation(
                width, height, resizeShort.orElse(null), background(metadata), normalization(metadata));
    }

    private static Background background(ModelMetadata metadata) {
        String meaning = "red, green and blue from 0 to 255, for example 255,255,255";
        return metadata.numbers("background", 3, meaning)
                .map(parts -> {
                    if (!parts.stream().allMatch(part -> part >= 0 && part <= 255 && part == Math.rint(part))) {
                        metadata.wrong("background", joined(parts), meaning);
                        return Background.WHITE;
                    }
                    return new Background(
                            parts.get(0).intValue(),
                            parts.get(1).intValue(),
                            parts.get(2).intValue());
                })
                .orElse(Background.WHITE);
    }

    private static Normalization normalization(ModelMetadata metadata) {
        String meaning = "three means and three deviations that are not 0, for example 0.5,0.5,0.5,0.5,0.5,0.5";
        return metadata.numbers("normalize", 6, meaning)
                .map(parts -> {
                    if (parts.subList(3, 6).contains(0f) || parts.subList(3, 6).contains(-0f)) {
                        metadata.wrong("normalize", joined(parts), meaning);
                        return Normalization.NONE;
                    }
                    return Normalization.parse(joined(parts));
                })
                .orElse(Normalization.NONE);
    }

    private static String joined(List<Float> parts) {
        return parts.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public ItemPreparation preparation(Optional<OnnxFile> file, InputExample example, LoadSettings settings)
            throws UnservableModelException {
        return ItemPreparation.ofPictures(signature, pixels, file, example, settings);
    }

    @Override
    public long itemBytes() {
        return (long) Float.BYTES * CHANNELS * pixels.height() * pixels.width();
    }

    @Override
    public TaskKind kind() {
        return KIND;
    }
}
