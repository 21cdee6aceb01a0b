package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows as a request wrote them: records with names, or plain arrays under a list of names. */
sealed interface RowTable {
    int rows();

    /** Null when the row has no such column. */
    @Nullable JsonNode cell(int row, String column);

    /** Notes what no column can take. @return false when it is no row at all, so that its cells need no look */
    boolean inspect(int row, Set<String> columns, InputFaults faults);

    /** {@code [{"a": 1, "b": 2}, …]}. */
    record Records(List<JsonNode> records) implements RowTable {
        @Override
        public int rows() {
            return records.size();
        }

        @Override
        public @Nullable JsonNode cell(int row, String column) {
            return records.get(row).get(column);
        }

        @Override
        public boolean inspect(int row, Set<String> columns, InputFaults faults) {
            JsonNode record = records.get(row);
            if (!record.isObject()) {
                faults.add(InputFault.ofItem(row, "a row is a JSON object, this is " + RowsBody.kindOf(record)));
                return false;
            }
            Iterator<String> fields = record.fieldNames();
            while (fields.hasNext()) {
                String field = fields.next();
                if (!columns.contains(field)) {
                    faults.add(row, field, "is not a column of the model");
                }
            }
            return true;
        }
    }

    /** {@code {"columns": ["a", "b"], "data": [[1, 2], …]}}. */
    record Split(Map<String, Integer> places, List<JsonNode> data) implements RowTable {

        /** @throws InputRefusedException when a name stands there twice */
        static Split of(List<String> columns, List<JsonNode> data) {
            Map<String, Integer> places = new HashMap<>();
            for (String column : columns) {
                if (places.put(column, places.size()) != null) {
                    throw new InputRefusedException(Reason.INVALID_ROWS, "column '" + column + "' stands there twice");
                }
            }
            return new Split(places, data);
        }

        @Override
        public int rows() {
            return data.size();
        }

        @Override
        public @Nullable JsonNode cell(int row, String column) {
            Integer place = places.get(column);
            return place == null ? null : data.get(row).get(place);
        }

        @Override
        public boolean inspect(int row, Set<String> columns, InputFaults faults) {
            if (row == 0) {
                places.keySet().stream()
                        .filter(name -> !columns.contains(name))
                        .sorted()
                        .forEach(name -> faults.add(0, name, "is not a column of the model"));
            }
            JsonNode cells = data.get(row);
            if (cells.isArray() && cells.size() == places.size()) {
                return true;
            }
            String found = cells.isArray() ? "one of " + cells.size() : RowsBody.kindOf(cells);
            faults.add(InputFault.ofItem(
                    row, "a row is an array of %d values, this is %s".formatted(places.size(), found)));
            return false;
        }
    }
}
