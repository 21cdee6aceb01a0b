package dev.sluice.worker.rollout;

import dev.sluice.model.BatchProfile;
import dev.sluice.queue.CommittedVersion;
import dev.sluice.worker.inference.BatchModel;

/** What a deployment serves now. A batch takes a lease on it, so that the version it began with lives until it has ended. */
public interface ModelSlot {

    /** The version that is live at this moment. */
    Lease acquire();

    /** Of the version that is live at this moment. */
    BatchProfile profile();

    /** The version that is live at this moment, as its outcomes refer to it. */
    CommittedVersion committed();

    /** A version in use; close it when the batch has ended, once. */
    interface Lease extends AutoCloseable {
        BatchModel model();

        /** The registry's version number. */
        String version();

        /** Identity of the version, which tells two versions of one number apart. */
        String versionId();

        @Override
        void close();
    }
}
