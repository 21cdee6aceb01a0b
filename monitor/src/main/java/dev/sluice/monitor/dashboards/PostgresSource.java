package dev.sluice.monitor.dashboards;

import dev.sluice.monitor.dashboards.Figure.Line;
import dev.sluice.monitor.dashboards.Figure.Lines;
import dev.sluice.monitor.dashboards.Figure.Point;
import dev.sluice.monitor.dashboards.Figure.Table;
import dev.sluice.monitor.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The monitor's own database. The statements come from the dashboards' files, never from a user. */
final class PostgresSource {
    private final Database database;

    PostgresSource(Database database) {
        this.database = database;
    }

    /** A line for each metric of rows with time, metric and value. */
    Future<Lines> lines(Panel.Query.Sql query) {
        return database.run(query.text()).map(rows -> {
            Map<String, List<Point>> lines = new TreeMap<>();
            for (Row row : rows) {
                OffsetDateTime time = row.getOffsetDateTime("time");
                lines.computeIfAbsent(row.getString("metric"), _ -> new ArrayList<>())
                        .add(new Point(time.toEpochSecond(), row.getDouble("value")));
            }
            return new Lines(lines.entrySet().stream()
                    .map(line -> new Line(line.getKey(), line.getValue()))
                    .toList());
        });
    }

    Future<Table> table(Panel.Query.Sql query) {
        return database.run(query.text()).map(rows -> new Table(rows.columnsNames(), texts(rows)));
    }

    private static List<List<String>> texts(RowSet<Row> rows) {
        List<List<String>> texts = new ArrayList<>();
        for (Row row : rows) {
            texts.add(IntStream.range(0, row.size())
                    .mapToObj(column -> row.getValue(column) == null ? "" : String.valueOf(row.getValue(column)))
                    .toList());
        }
        return texts;
    }
}
