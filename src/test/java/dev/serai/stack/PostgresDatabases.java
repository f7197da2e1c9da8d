package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Creates databases with the roles of the application: the owner and the reader.
 *
 * <p>The roles are those of {@code docker/postgres/roles.sql}, which the containers use as well. <br>
 * Errors: {@link StackException}. Thread-safe.
 */
final class PostgresDatabases {

    private static final Path ROLES = Path.of("docker", "postgres", "roles.sql");

    private final PostgresServer server;
    private final Login owner;
    private final Login reader;

    PostgresDatabases(PostgresServer server, Login owner, Login reader) {
        for (Login login : List.of(owner, reader)) {
            if (login.user().equals(PostgresServer.SUPERUSER)) {
                throw new StackException(
                        "postgres.user and postgres.reader.user cannot be postgres: it is the server's superuser");
            }
        }
        this.server = server;
        this.owner = owner;
        this.reader = reader;
    }

    /** Creates it if it is missing, and brings roles, rights and passwords up to date in any case. */
    synchronized void provide(String database) {
        try (Connection connection = server.connect("postgres")) {
            if (!exists(connection, database)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create database " + statement.enquoteIdentifier(database, true));
                }
            }
            bind(connection, database);
            try (Statement statement = connection.createStatement()) {
                statement.execute(Files.readString(ROLES));
            }
        } catch (SQLException e) {
            throw new StackException("cannot create the database %s: %s".formatted(database, e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + ROLES.toAbsolutePath(), e);
        }
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select from pg_database where datname = ?")) {
            query.setString(1, database);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private void bind(Connection connection, String database) throws SQLException {
        String select = "select set_config('serai.database', ?, false), set_config('serai.owner', ?, false),"
                + " set_config('serai.owner_password', ?, false), set_config('serai.reader', ?, false),"
                + " set_config('serai.reader_password', ?, false)";
        try (PreparedStatement query = connection.prepareStatement(select)) {
            query.setString(1, database);
            query.setString(2, owner.user());
            query.setString(3, owner.password());
            query.setString(4, reader.user());
            query.setString(5, reader.password());
            query.execute();
        }
    }
}
