package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import dev.sluice.model.ModelSignature;
import java.util.Optional;

/** What a version does, read from its metadata: the way into its engine and the way out. */
interface ModelTask {
    TaskKind kind();

    default String name() {
        return kind().name();
    }

    ModelSignature signature();

    /**
     * The way from payloads to the model's inputs.
     *
     * @param file empty for TorchScript, which does not describe its inputs
     * @throws UnservableModelException when what the task says does not fit what the model takes
     */
    ItemPreparation preparation(Optional<OnnxFile> file, InputExample example, LoadSettings settings)
            throws UnservableModelException;

    /** The engine's output that is read; empty for the first. */
    Optional<String> output();

    /** The metadata's key that names that output. */
    String outputKey();

    /** Of the classes; none for a value. */
    ClassLabels labels();

    /**
     * One item's numbers as the answer that clients read, one line of JSON; what is no number is null. Numbers that cannot be the answer are
     * the item's failure.
     *
     * @param isSingle whether they have single precision: they are written as short as they are
     */
    ItemResult answer(double[] numbers, boolean isSingle);

    /**
     * Checks what the model has answered to one item that its owner gave.
     *
     * @throws UnservableModelException when it is no answer of this task
     */
    default void requireAnswer(Scores scores) throws UnservableModelException {
        String name = output().orElse("0");
        if (scores.width() != width()) {
            throw new UnservableModelException(wrongWidth(name, scores.width()));
        }
        if (answer(scores.of(0), scores.isSingle()) instanceof ItemResult.Failed failed) {
            throw new UnservableModelException("output '%s' does not fit %s: %s"
                    .formatted(name, name(), failed.failure().detail()));
        }
    }

    /** Why these numbers, although they can be an answer, are not what the metadata says that they are. */
    default Optional<String> doubt(double[] numbers) {
        return Optional.empty();
    }

    /** Of one item's input, as the metadata has it. */
    long itemBytes();

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
}
