package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.model.OutputRole;
import dev.sluice.model.VersionOutput;
import dev.sluice.model.VersionRecord;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.TensorBuilder;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A task that answers with the probabilities of classes. */
interface Classification extends ModelTask {
    ClassProbabilities probabilities();

    /** The name of the output in outcomes. */
    String SHARES = "probabilities";

    /** How many of the best classes an answer lists; 0 for all, by label. */
    int top();

    @Override
    default String outputKey() {
        return ClassProbabilities.OUTPUT;
    }

    @Override
    default ClassLabels labels() {
        return probabilities().labels();
    }

    @Override
    default VersionRecord versionRecord() {
        return new VersionRecord(List.of(new VersionOutput(SHARES, OutputRole.SCORES)), labels().names(), top());
    }

    @Override
    default ItemResults.Tensors interpret(Scores scores) {
        int width = scores.width();
        SortedMap<Integer, Failure> failures = new TreeMap<>();
        for (int item = 0; item < scores.items(); item++) {
            int place = item;
            probabilities().fault(scores.of(item)).ifPresent(failure -> failures.put(place, failure));
        }
        TensorBuilder shares = new TensorBuilder(SHARES, Datatype.FP32, scores.items() - failures.size(), width);
        int next = 0;
        for (int item = 0; item < scores.items(); item++) {
            if (!failures.containsKey(item)) {
                for (double share : probabilities().of(scores.of(item))) {
                    shares.putReal(next++, share);
                }
            }
        }
        return new ItemResults.Tensors(scores.items(), failures, next == 0 ? List.of() : List.of(shares.build()));
    }

    @Override
    default Optional<String> doubt(double[] numbers) {
        return probabilities().doubt(numbers);
    }
}
