package dev.sluice.worker.inference;

import ai.djl.engine.EngineException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which key of a model's maps belongs to which label: the one with the same text. Keys 0 to n-1 without such labels are the labels' positions,
 * because a classifier that was trained on encoded classes knows no other names.
 */
final class MapKeys {
    private static final int NAMED = 5;

    private final String output;
    private final ClassLabels labels;
    /** Read from the first map; a model has the same keys in every map. */
    private volatile @Nullable Map<Object, Integer> places;

    MapKeys(String output, ClassLabels labels) {
        this.output = output;
        this.labels = labels;
    }

    int count() {
        return labels.count();
    }

    /**
     * Writes a map's numbers in the order of the labels.
     *
     * @throws EngineException caused by an {@link InferenceException} when keys and labels differ
     */
    void put(Map<?, ?> map, FloatBuffer target, int offset) {
        Map<Object, Integer> known = places;
        if (known == null) {
            known = match(map.keySet());
            places = known;
        }
        if (map.size() != known.size()) {
            throw mismatch(map.keySet());
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Integer place = known.get(entry.getKey());
            if (place == null) {
                throw mismatch(map.keySet());
            }
            target.put(offset + place, ((Number) entry.getValue()).floatValue());
        }
    }

    private Map<Object, Integer> match(Set<?> keys) {
        Map<String, Integer> byLabel = HashMap.newHashMap(labels.count());
        for (int i = 0; i < labels.count(); i++) {
            byLabel.put(labels.names().get(i), i);
        }
        Map<Object, Integer> matched = HashMap.newHashMap(keys.size());
        for (Object key : keys) {
            Integer place = byLabel.get(text(key));
            if (place != null) {
                matched.put(key, place);
            }
        }
        if (matched.size() == keys.size() && Set.copyOf(matched.values()).size() == labels.count()) {
            return matched;
        }
        if (matched.isEmpty() && arePositions(keys)) {
            keys.forEach(key -> matched.put(key, Math.toIntExact((Long) key)));
            return matched;
        }
        throw mismatch(keys);
    }

    private boolean arePositions(Set<?> keys) {
        return keys.size() == labels.count()
                && keys.stream().allMatch(key -> key instanceof Long number && number >= 0 && number < keys.size());
    }

    private EngineException mismatch(Set<?> keys) {
        Set<String> classes = keys.stream().map(MapKeys::text).collect(Collectors.toSet());
        List<String> unlabelled = new ArrayList<>(classes);
        unlabelled.removeAll(labels.names());
        List<String> unknown = new ArrayList<>(labels.names());
        unknown.removeAll(classes);
        String message =
                "output '%s' has %d classes and the metadata %d labels; classes without a label: %s; labels without a class: %s: give 'synset' the model's own class names"
                        .formatted(output, classes.size(), labels.count(), some(unlabelled), some(unknown));
        return new EngineException(message, new InferenceException(message));
    }

    private static String some(List<String> names) {
        String some = names.stream()
                .sorted()
                .limit(NAMED)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            return "none";
        }
        return names.size() > NAMED ? some + " and %d more".formatted(names.size() - NAMED) : some;
    }

    private static String text(Object key) {
        return String.valueOf(key).strip();
    }
}
