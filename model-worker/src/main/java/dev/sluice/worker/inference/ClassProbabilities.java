package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a classifier's numbers become the probabilities of its labels.
 *
 * @param softmax whether the numbers are logits
 */
record ClassProbabilities(ClassLabels labels, boolean softmax) {
    static final String OUTPUT = "probabilitiesOutput";
    static final List<String> KEYS = List.of("applySoftmax", OUTPUT, "synset", "synsetFileName");

    /** What rounding may do to 0 and 1 in single precision. */
    private static final double NOISE = 1e-4;

    static ClassProbabilities read(ModelMetadata metadata, Path folder) {
        return new ClassProbabilities(ClassLabels.read(metadata, folder), metadata.flag("applySoftmax"));
    }

    /** From 0 to 1, in the order of the labels; what is no number stays so. */
    double[] of(double[] numbers) {
        if (softmax) {
            return softmax(numbers);
        }
        double[] shares = new double[numbers.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Double.isFinite(numbers[i]) ? Math.clamp(numbers[i], 0.0, 1.0) : numbers[i];
        }
        return shares;
    }

    /** Present when a number that should be a probability is none. */
    Optional<Failure> fault(double[] numbers) {
        for (int i = 0; i < numbers.length && !softmax; i++) {
            if (numbers[i] < -NOISE || numbers[i] > 1 + NOISE) {
                return Optional.of(new Failure(
                        Failure.Kind.INFERENCE_FAILED,
                        "class '%s' has the probability %s, which is not within 0 and 1: set 'applySoftmax' to true if the output has logits, or name the output of the probabilities in '%s'"
                                .formatted(labels.names().get(i), Float.toString((float) numbers[i]), OUTPUT)));
            }
        }
        return Optional.empty();
    }

    /** Present when softmax would be applied to what are probabilities already. */
    Optional<String> doubt(double[] numbers) {
        double sum = 0;
        boolean isWithin = softmax && numbers.length > 1;
        for (double number : numbers) {
            isWithin &= number >= -NOISE && number <= 1 + NOISE;
            sum += number;
        }
        return isWithin && Math.abs(sum - 1) <= NOISE
                ? Optional.of(
                        "metadata 'applySoftmax' is true, but the output has probabilities already, which add up to 1: remove 'applySoftmax'")
                : Optional.empty();
    }

    private static double[] softmax(double[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            most = Math.max(most, logit);
        }
        double[] powers = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            powers[i] = Math.exp(logits[i] - most);
            sum += powers[i];
        }
        for (int i = 0; i < powers.length; i++) {
            powers[i] /= sum;
        }
        return powers;
    }
}
