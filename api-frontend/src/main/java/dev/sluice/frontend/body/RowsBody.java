package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows out of JSON: one record, a list of records, {@code {"instances": …}}, {@code {"dataframe_records": …}} or
 * {@code {"dataframe_split": {"columns": …, "data": …}}} (MLflow's names). Instances may be arrays in the order of the signature.
 */
final class RowsBody {
    private static final Set<String> ENVELOPES = Set.of("instances", "dataframe_records", "dataframe_split");

    /** What pandas writes with {@code orient="split"}; the index means nothing here. */
    private static final Set<String> SPLIT = Set.of("columns", "data", "index");

    private RowsBody() {}

    /** @throws InputRefusedException naming every fault by row and column */
    static ModelInput.RowInput read(JsonNode json, Signature signature, int mostRows, ExtraColumns.Policy policy) {
        RowTable table = table(json, signature);
        if (table.rows() == 0) {
            throw new InputRefusedException(Reason.INVALID_ROWS, "the body has no row: " + BodyForms.ROWS);
        }
        if (table.rows() > mostRows) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "the request has %d rows, more than %d (--max-rows): split it".formatted(table.rows(), mostRows));
        }
        InputFaults faults = new InputFaults();
        ExtraColumns extra = new ExtraColumns(
                signature.inputs().stream().map(InputTensor::name).toList(), policy);
        List<ColumnBuilder> builders = signature.inputs().stream()
                .map(column -> new ColumnBuilder(column, table.rows()))
                .toList();
        for (int row = 0; row < table.rows(); row++) {
            if (table.inspect(row, extra, faults)) {
                readRow(table, row, signature.inputs(), builders, faults);
            }
        }
        if (hasNoColumn(table, signature)) {
            faults.refuseIfAny(Reason.INVALID_ROWS, "the model's signature", BodyForms.ROWS);
        }
        faults.refuseIfAny(Reason.INVALID_ROWS, "the model's signature");
        List<Tensor> columns = builders.stream().map(ColumnBuilder::build).toList();
        return new ModelInput.RowInput(columns, extra.ignored());
    }

    static String kindOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> node.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    /** Then it is not the values that are wrong but the form. */
    private static boolean hasNoColumn(RowTable table, Signature signature) {
        return signature.inputs().stream().allMatch(column -> table.cell(0, column.name()) == null);
    }

    private static void readRow(
            RowTable table, int row, List<InputTensor> columns, List<ColumnBuilder> builders, InputFaults faults) {
        for (int i = 0; i < columns.size(); i++) {
            InputTensor column = columns.get(i);
            @Nullable JsonNode cell = table.cell(row, column.name());
            Optional<String> fault = fill(builders.get(i), row, column, cell);
            fault.ifPresent(detail -> faults.add(row, column.name(), detail));
        }
    }

    /** NaN is what Python's json writes where a data frame has nothing. */
    private static Optional<String> fill(ColumnBuilder builder, int row, InputTensor column, @Nullable JsonNode cell) {
        if (cell != null && !cell.isNull() && !(Double.isNaN(cell.doubleValue()) && !column.required())) {
            return builder.put(row, cell);
        }
        if (column.required()) {
            return Optional.of(cell == null ? "is missing" : "is null, but the model needs a value");
        }
        builder.putMissing(row);
        return Optional.empty();
    }

    private static RowTable table(JsonNode json, Signature signature) {
        if (json.isArray()) {
            return list(json, signature);
        }
        if (!json.isObject()) {
            throw new InputRefusedException(
                    Reason.INVALID_ROWS, "the body is %s: %s".formatted(kindOf(json), BodyForms.ROWS));
        }
        Optional<String> envelope = envelopeOf(json, signature);
        if (envelope.isEmpty()) {
            return new RowTable.Records(List.of(json));
        }
        if (json.size() > 1) {
            throw new InputRefusedException(
                    Reason.INVALID_ROWS,
                    "the body has keys beside '%s': send '%s' alone".formatted(envelope.get(), envelope.get()));
        }
        JsonNode inside = json.path(envelope.get());
        if (envelope.get().equals("dataframe_split")) {
            return split(inside);
        }
        if (!inside.isArray()) {
            throw new InputRefusedException(
                    Reason.INVALID_ROWS, "'%s' is %s: send a list of rows".formatted(envelope.get(), kindOf(inside)));
        }
        return list(inside, signature);
    }

    /** A model may have a column of such a name: a single value of it is a cell, as rows have them. */
    private static Optional<String> envelopeOf(JsonNode json, Signature signature) {
        return ENVELOPES.stream()
                .filter(json::has)
                .filter(name -> json.path(name).isContainerNode()
                        || signature.inputs().stream()
                                .noneMatch(column -> column.name().equals(name)))
                .findFirst();
    }

    private static RowTable list(JsonNode array, Signature signature) {
        List<JsonNode> rows = elements(array);
        boolean positional = !rows.isEmpty() && rows.stream().allMatch(JsonNode::isArray);
        return positional
                ? RowTable.Split.of(
                        signature.inputs().stream().map(InputTensor::name).toList(), rows)
                : new RowTable.Records(rows);
    }

    private static RowTable split(JsonNode inside) {
        JsonNode columns = inside.path("columns");
        JsonNode data = inside.path("data");
        if (!columns.isArray() || !elements(columns).stream().allMatch(RowsBody::isName) || !data.isArray()) {
            throw new InputRefusedException(
                    Reason.INVALID_ROWS,
                    "'dataframe_split' lacks 'columns', a list of names, or 'data', a list of rows: send both");
        }
        if (inside.properties().stream()
                .anyMatch(member ->
                        !SPLIT.contains(member.getKey()) || !member.getValue().isArray())) {
            throw new InputRefusedException(
                    Reason.INVALID_ROWS,
                    "'dataframe_split' has more than 'columns', 'data' and a list 'index': send those alone");
        }
        return RowTable.Split.of(
                elements(columns).stream().map(JsonNode::asText).toList(), elements(data));
    }

    /** A data frame without names has whole numbers for them. */
    private static boolean isName(JsonNode column) {
        return column.isTextual() || column.isIntegralNumber();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return IntStream.range(0, array.size()).mapToObj(array::get).toList();
    }
}
