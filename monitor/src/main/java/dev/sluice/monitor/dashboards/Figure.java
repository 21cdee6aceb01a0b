package dev.sluice.monitor.dashboards;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** What a panel shows at one moment. */
sealed interface Figure {
    JsonObject json();

    /** Both of the same kind as one. */
    Figure with(Figure other);

    /** A line over time. */
    record Line(String name, List<Point> points) {}

    /** @param seconds since 1970 */
    record Point(double seconds, double value) {}

    /** Lines over time. */
    record Lines(List<Line> lines) implements Figure {
        @Override
        public Lines with(Figure other) {
            return other instanceof Lines more
                    ? new Lines(
                            Stream.concat(lines.stream(), more.lines().stream()).toList())
                    : this;
        }

        @Override
        public JsonObject json() {
            JsonArray all = new JsonArray();
            for (Line line : lines) {
                JsonArray points = new JsonArray();
                line.points()
                        .forEach(point ->
                                points.add(new JsonArray().add(point.seconds()).add(point.value())));
                all.add(new JsonObject().put("name", line.name()).put("points", points));
            }
            return new JsonObject().put("lines", all);
        }
    }

    /** Rows and columns. */
    record Table(List<String> columns, List<List<String>> rows) implements Figure {
        @Override
        public Table with(Figure other) {
            return other instanceof Table more && more.columns().equals(columns)
                    ? new Table(
                            columns,
                            Stream.concat(rows.stream(), more.rows().stream()).toList())
                    : this;
        }

        @Override
        public JsonObject json() {
            JsonArray all = new JsonArray();
            rows.forEach(row -> all.add(new JsonArray(row)));
            return new JsonObject().put("columns", new JsonArray(columns)).put("rows", all);
        }
    }
}
