package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import java.util.Optional;

/** A task that answers with the probabilities of classes. */
interface Classification extends ModelTask {
    ClassProbabilities probabilities();

    /** One item's probabilities as clients read them, one line of JSON. */
    String json(double[] shares);

    @Override
    default String outputKey() {
        return ClassProbabilities.OUTPUT;
    }

    @Override
    default ClassLabels labels() {
        return probabilities().labels();
    }

    @Override
    default ItemResult answer(double[] numbers, boolean isSingle) {
        Optional<Failure> failure = probabilities().fault(numbers);
        return failure.isPresent()
                ? new ItemResult.Failed(failure.get())
                : new ItemResult.Prediction(json(probabilities().of(numbers)));
    }

    @Override
    default Optional<String> doubt(double[] numbers) {
        return probabilities().doubt(numbers);
    }
}
