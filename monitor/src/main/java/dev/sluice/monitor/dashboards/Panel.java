package dev.sluice.monitor.dashboards;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One figure.
 *
 * @param isTable rows and columns, not lines over time
 */
record Panel(int id, String title, boolean isTable, List<Query> queries) {

    /** What a panel shows. */
    sealed interface Query {
        /**
         * Asked of Prometheus.
         *
         * @param legend name of a line, with labels as {@code {{model}}}
         */
        record Metric(String expression, String legend) implements Query {}

        /** Asked of Postgres. Lines are rows of time, metric and value. */
        record Sql(String text) implements Query {}
    }

    /** @throws IllegalArgumentException when it is of a kind that is not drawn here */
    static Panel of(JsonObject definition) {
        String title = definition.getString("title");
        String type = definition.getString("type");
        if (!List.of("timeseries", "table").contains(type)) {
            throw new IllegalArgumentException(
                    "the panel '%s' is a %s, which is not drawn here".formatted(title, type));
        }
        List<Query> queries = definition.getJsonArray("targets").stream()
                .map(target -> query((JsonObject) target))
                .toList();
        return new Panel(definition.getInteger("id"), title, type.equals("table"), queries);
    }

    private static Query query(JsonObject target) {
        return target.containsKey("rawSql")
                ? new Query.Sql(target.getString("rawSql"))
                : new Query.Metric(target.getString("expr"), target.getString("legendFormat", ""));
    }
}
