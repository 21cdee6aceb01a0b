package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as a request wrote them: records with names, or plain arrays under a list of names. */
sealed interface RowTable {
    int rows();

    /** Null when the row has no such column. */
    @Nullable JsonNode cell(int row, String column);

    /** Notes what no column can take. @return false when it is not a row, so that it has no cells to read */
    boolean inspect(int row, ExtraColumns extra, InputFaults faults);

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
        public boolean inspect(int row, ExtraColumns extra, InputFaults faults) {
            JsonNode record = records.get(row);
            if (!record.isObject()) {
                faults.add(InputFault.ofItem(row, "is " + RowsBody.kindOf(record) + ": send a row as a JSON object"));
                return false;
            }
            Iterator<String> fields = record.fieldNames();
            while (fields.hasNext()) {
                extra.check(row, fields.next(), faults);
            }
            return true;
        }
    }

    /** {@code {"columns": ["a", "b"], "data": [[1, 2], …]}}. */
    record Split(Map<String, Integer> places, List<JsonNode> data) implements RowTable {

        /** @throws InputRefusedException when a name is there twice */
        static Split of(List<String> columns, List<JsonNode> data) {
            Map<String, Integer> places = new HashMap<>();
            for (String column : columns) {
                if (places.put(column, places.size()) != null) {
                    throw new InputRefusedException(
                            Reason.INVALID_ROWS, "duplicate column '" + column + "': send each column once");
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
        public boolean inspect(int row, ExtraColumns extra, InputFaults faults) {
            if (row == 0) {
                places.keySet().stream().sorted().forEach(name -> extra.check(0, name, faults));
            }
            JsonNode cells = data.get(row);
            if (cells.isArray() && cells.size() == places.size()) {
                return true;
            }
            String found = cells.isArray() ? "an array of " + cells.size() : RowsBody.kindOf(cells);
            faults.add(InputFault.ofItem(
                    row, "is %s: send a row as an array of %d values".formatted(found, places.size())));
            return false;
        }
    }
}
