package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.model.Signature;
import dev.sluice.model.VersionRecord;
import java.util.Optional;

/** What a version does, read from its metadata: the way into its engine and the way out. */
interface ModelTask {
    TaskKind kind();

    default String name() {
        return kind().name();
    }

    Signature signature();

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

    /** What the outputs of {@link #interpret} mean. */
    VersionRecord versionRecord();

    /** An engine's numbers as output tensors. Numbers that cannot be the answer are the item's failure. */
    ItemResults.Tensors interpret(Scores scores);

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
        Optional<Failure> failure = interpret(scores).failure(0);
        if (failure.isPresent()) {
            throw new UnservableModelException("output '%s' does not fit %s: %s"
                    .formatted(name, name(), failure.get().detail()));
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
