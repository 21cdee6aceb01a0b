package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The notes that name the version of each deployment that was live last, and the one before it; see {@link CacheLayout}. */
final class RememberedVersions {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedVersions.class);

    private final LiveNotes keys;
    /** For an earlier release, which reads the note as a version number. */
    private final LiveNotes numbers;

    private final LiveNotes previous;

    RememberedVersions(CacheLayout layout) {
        this.keys = layout.notes("live.2");
        this.numbers = layout.notes("live");
        this.previous = layout.notes("previous");
    }

    SortedSet<Deployment> deployments() throws IOException {
        SortedSet<Deployment> all = new TreeSet<>(keys.all().keySet());
        all.addAll(numbers.all().keySet());
        return all;
    }

    /** Keys of the version that was live last, to be tried in this order. */
    List<String> lastLive(Deployment deployment) throws IOException {
        Optional<String> key = keys.of(deployment);
        Optional<String> number = numbers.of(deployment);
        boolean agree = key.map(CacheLayout::numberOf).equals(number);
        // This release writes both notes. If they differ, an earlier release has written its note since.
        return (agree ? Stream.of(key, number) : Stream.of(number, key))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Every key that a note names. */
    List<Map.Entry<Deployment, String>> all() throws IOException {
        List<Map.Entry<Deployment, String>> all = new ArrayList<>();
        for (LiveNotes notes : List.of(keys, numbers, previous)) {
            all.addAll(notes.all().entrySet());
        }
        return all;
    }

    void write(Deployment deployment, String key) throws IOException {
        keys.write(deployment, key);
        numbers.write(deployment, CacheLayout.numberOf(key));
    }

    void writePrevious(Deployment deployment, String key) throws IOException {
        previous.write(deployment, key);
    }

    /** A failure is logged, and the other notes are deleted. */
    void delete(Deployment deployment) {
        for (LiveNotes notes : List.of(keys, numbers, previous)) {
            try {
                notes.delete(deployment);
            } catch (IOException e) {
                LOG.warn(
                        "{}: its note stays in the cache, and the next start may serve it from there: {}",
                        deployment,
                        CacheFault.reason(e));
            }
        }
    }
}
