package dev.sluice.monitor.drift;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/** The bins of one feature, or of the output, as training defined them. */
sealed interface Bins {
    /** For a value without a bin: it is missing, or of another type. */
    int NOWHERE = -1;

    String name();

    int count();

    /** Index of the value's bin, from 0, or {@link #NOWHERE}. */
    int placeOf(JsonNode value);

    /**
     * Bin i holds what is above edge i - 1 and not above edge i; the first is open below, the last above.
     *
     * @param edges ascending
     */
    record Numeric(String name, double[] edges) implements Bins {
        @Override
        public int count() {
            return edges.length + 1;
        }

        @Override
        public int placeOf(JsonNode value) {
            double number = value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.asDouble(Double.NaN);
            if (value.isTextual() || Double.isNaN(number)) {
                return NOWHERE;
            }
            int at = Arrays.binarySearch(edges, number);
            return at >= 0 ? at : -at - 1;
        }
    }

    /** A bin for each value that training has seen, and the last for any other. */
    record Categorical(String name, List<String> values) implements Bins {
        public Categorical {
            values = List.copyOf(values);
        }

        @Override
        public int count() {
            return values.size() + 1;
        }

        @Override
        public int placeOf(JsonNode value) {
            if (value.isMissingNode() || value.isNull()) {
                return NOWHERE;
            }
            int at = values.indexOf(value.asText());
            return at >= 0 ? at : values.size();
        }
    }
}
