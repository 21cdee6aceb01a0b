package dev.sluice.worker.modelfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an ONNX file says of itself, without its operators and weights.
 *
 * @param opsets by domain; that of ONNX itself is empty
 * @param inputs those that must be given: no initializer has their name
 */
record OnnxOutline(long irVersion, SortedMap<String, Long> opsets, boolean hasGraph, List<OnnxValue> inputs) {

    /** Collects it while the file is read; what it holds is bounded. */
    static final class Builder {
        private static final int MOST_CHARACTERS = 16 << 20;
        private static final int MOST_NAMES = 200_000;

        private final Map<String, Long> opsets = new HashMap<>();
        private final List<OnnxValue> inputs = new ArrayList<>();
        private final Set<String> initializers = new HashSet<>();
        private long irVersion;
        private boolean hasGraph;
        private int characters;
        private int names;

        void irVersion(long version) {
            irVersion = version;
        }

        void graph() {
            hasGraph = true;
        }

        void opset(String domain, long version) throws ModelFileException {
            count(domain);
            opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
        }

        void input(OnnxValue value) throws ModelFileException {
            count(value.name());
            inputs.add(value);
        }

        void initializer(String name) throws ModelFileException {
            count(name);
            initializers.add(name);
        }

        OnnxOutline build() {
            List<OnnxValue> required = inputs.stream()
                    .filter(input -> !initializers.contains(input.name()))
                    .toList();
            return new OnnxOutline(irVersion, new TreeMap<>(opsets), hasGraph, required);
        }

        private void count(String name) throws ModelFileException {
            names++;
            characters += name.length();
            if (names > MOST_NAMES || characters > MOST_CHARACTERS) {
                throw new ModelFileException(
                        "its ONNX file has more than %d names or %d characters in them: use a smaller model"
                                .formatted(MOST_NAMES, MOST_CHARACTERS));
            }
        }
    }
}
