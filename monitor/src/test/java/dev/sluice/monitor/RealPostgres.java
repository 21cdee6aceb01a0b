package dev.sluice.monitor;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A Postgres of the tests' own; each test takes a database of its own. */
public final class RealPostgres implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();

    private RealPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    public static RealPostgres start() throws IOException {
        return new RealPostgres(EmbeddedPostgres.start());
    }

    /** The address of an empty database. */
    public String newDatabase() throws SQLException {
        String name = "test_" + databases.incrementAndGet();
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return address(server.getPort(), name);
    }

    /** Of a server on that port. */
    public static String address(int port, String database) {
        return "postgresql://postgres:postgres@127.0.0.1:%d/%s".formatted(port, database);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
