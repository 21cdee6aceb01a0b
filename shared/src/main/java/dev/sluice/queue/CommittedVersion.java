package dev.sluice.queue;

import dev.sluice.model.VersionRecord;

/**
 * The version that outcomes of a commit refer to.
 *
 * @param identity empty if none of them does, because the worker has written the answers out
 */
public record CommittedVersion(String identity, VersionRecord record) {
    /** Of outcomes that refer to none. */
    public static final CommittedVersion NONE = new CommittedVersion("", VersionRecord.UNKNOWN);
}
