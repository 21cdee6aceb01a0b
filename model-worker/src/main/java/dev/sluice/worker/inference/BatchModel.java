package dev.sluice.worker.inference;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.model.BatchProfile;

/** A version as batches use it. Preparing is safe for many threads at once. */
public interface BatchModel {

    /**
     * Decodes the items of one job. What is wrong with one picture is that item's failure.
     *
     * @throws IllegalArgumentException when the input is of another kind than the model takes
     */
    PreparedItems prepare(JobInput input);

    /**
     * One result per item, in order.
     *
     * @throws InferenceException when the engine fails; a smaller part of the items may still succeed
     */
    ItemResults.Tensors infer(PreparedItems items) throws InferenceException;

    /** Writes its results as answers, and has what other readers of them need to know of the version. */
    AnswerWriter answers();

    /** Of the input signature: jobs that were accepted for another one are not for this model. */
    String signatureHash();

    BatchProfile profile();
}
