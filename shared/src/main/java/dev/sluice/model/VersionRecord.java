package dev.sluice.model;

import java.util.List;

/**
 * What a version's outcomes do not say of themselves. It stands in Redis under the version's identity and never changes; a worker writes it
 * before it commits the first outcome of the version.
 *
 * @param outputs those that its outcomes have, in their order
 * @param labels of the classes, in the order of the scores; none without classes
 * @param top how many of the best classes an answer lists; 0 for all, by label
 */
public record VersionRecord(List<VersionOutput> outputs, List<String> labels, int top) {
    /** Of a version that is no longer known: its outputs are shown as they are. */
    public static final VersionRecord UNKNOWN = new VersionRecord(List.of(), List.of(), 0);

    public VersionRecord {
        outputs = outputs == null ? List.of() : List.copyOf(outputs);
        labels = labels == null ? List.of() : List.copyOf(labels);
        top = Math.max(0, top);
    }
}
