package dev.sluice.worker.inference;

import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.model.BatchProfile;
import java.nio.ByteBuffer;
import java.util.List;

/** A version as batches use it. Preparing is safe for many threads at once. */
public interface BatchModel {

    /**
     * Decodes the items of one job. What is wrong with one picture is that item's failure.
     *
     * @param parts lengths of the pictures; not used for rows
     * @throws IllegalArgumentException when the payload as a whole cannot be read
     */
    PreparedItems prepare(Content content, ByteBuffer payload, List<Integer> parts);

    /**
     * One result per item, in order.
     *
     * @throws InferenceException when the engine fails; a smaller part of the items may still succeed
     */
    List<ItemResult> infer(PreparedItems items) throws InferenceException;

    /** Of the input signature: jobs that were accepted for another one are not for this model. */
    String signatureHash();

    BatchProfile profile();
}
