package dev.serai.reload;

import dev.serai.settings.NearestName;
import dev.serai.settings.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Lets PostgreSQL prepare every statement of {@code routes/} against the schema as it will be: new migrations of pipelines
 * are applied first, and all of it is rolled back. Nothing is executed that reads or writes a row. Thread-safe.
 *
 * <p>Errors: {@link SQLException} if PostgreSQL is away.
 */
final class SqlCheck {

    /** As camel-jdbc writes a parameter, and camel-sql. */
    private static final Pattern PARAMETER = Pattern.compile(":[?#](\\$\\{[^}]*}|[A-Za-z_][\\w.-]*)");

    private static final Pattern WORD_IN_BRACES = Pattern.compile("\\{[a-z_]+}");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final String CONNECTION_LOST = "08";
    private static final int LINE_END = 60;

    private final DataSource postgres;

    SqlCheck(DataSource postgres) {
        this.postgres = postgres;
    }

    /**
     * Checks all of them.
     *
     * @param datasets the table that each statement writes as {@code {dataset}}, by the statement's path
     * @param made statements that stand in no file, by the path of the file that makes them
     * @param inline statements that stand in routes
     */
    List<Finding> check(
            RouteFiles files,
            Map<String, String> datasets,
            Map<String, String> made,
            List<InlineSql.Statement> inline,
            Settings settings)
            throws SQLException {
        List<Finding> findings = new ArrayList<>();
        PipelineMigrations migrations = new PipelineMigrations(postgres, settings);
        Map<String, List<String>> pending = new HashMap<>();
        for (String pipeline : PipelineMigrations.pipelines(files)) {
            migrations
                    .complaints(pipeline, files)
                    .forEach(
                            complaint -> findings.add(
                                    new Finding(
                                            files.shown(pipeline + "/migration"),
                                            1,
                                            complaint.replaceAll("\\s+", " ").strip(),
                                            "a migration that was applied stays as it is; what is to be different comes in a new one with the next number")));
            pending.put(pipeline, migrations.pending(pipeline, files));
        }
        try (Connection connection = postgres.getConnection()) {
            connection.setAutoCommit(false);
            try {
                bound(connection);
                for (Map.Entry<String, List<String>> pipeline : pending.entrySet()) {
                    migrate(connection, migrations, pipeline.getKey(), pipeline.getValue(), files, findings);
                }
                for (String path : files.paths()) {
                    if (path.endsWith(".sql") && !PipelineMigrations.isMigration(path)) {
                        prepare(connection, files, path, datasets.get(path), findings);
                    }
                }
                for (InlineSql.Statement statement : inline) {
                    prepare(connection, statement, findings);
                }
                for (Map.Entry<String, String> statement : made.entrySet()) {
                    plan(connection, files, statement.getKey(), statement.getValue(), findings);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return findings;
    }

    /** A check must not hold up those who work. */
    private static void bound(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '2s'");
            statement.execute("set local statement_timeout = '20s'");
        }
    }

    private static void migrate(
            Connection connection,
            PipelineMigrations migrations,
            String pipeline,
            List<String> scripts,
            RouteFiles files,
            List<Finding> findings)
            throws SQLException {
        if (!scripts.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                for (String sql : migrations.schema(pipeline)) {
                    statement.execute(sql);
                }
            }
        }
        for (String path : scripts) {
            String text = migrations.text(path, files);
            int done = 0;
            for (NativeQuery query : Parser.parseJdbcSql(text, true, false, true, false, false)) {
                int start = Math.max(done, text.indexOf(query.nativeSql.strip(), done));
                done = start + query.nativeSql.strip().length();
                Savepoint before = connection.setSavepoint();
                try (Statement statement = connection.createStatement()) {
                    statement.execute(query.nativeSql);
                    connection.releaseSavepoint(before);
                } catch (SQLException e) {
                    requireConnected(e);
                    connection.rollback(before);
                    int from = start - leading(query.nativeSql);
                    findings.add(finding(connection, files.shown(path), text, from, e));
                }
            }
        }
    }

    private static int leading(String sql) {
        return sql.length() - sql.stripLeading().length();
    }

    private static void prepare(
            Connection connection, RouteFiles files, String path, @Nullable String dataset, List<Finding> findings)
            throws SQLException {
        String text = files.text(path);
        String sql = PARAMETER
                .matcher(dataset == null ? text : text.replace("{dataset}", dataset))
                .replaceAll("?");
        if (sql.isBlank()) {
            findings.add(new Finding(files.shown(path), 1, "the file is empty", "it should have a statement"));
            return;
        }
        Matcher open = WORD_IN_BRACES.matcher(sql);
        if ((open.find() && dataset == null) || sql.contains("pg_temp.")) {
            return; // what fills it in, or makes its tables, is known only to the code that reads the file
        }
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.getParameterMetaData();
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            requireConnected(e);
            connection.rollback(before);
            findings.add(finding(connection, files.shown(path), sql, 0, e));
        }
    }

    /** The line is that of its beginning: folded into one, it has no others. */
    private static void prepare(Connection connection, InlineSql.Statement inline, List<Finding> findings)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement statement =
                connection.prepareStatement(PARAMETER.matcher(inline.sql()).replaceAll("?"))) {
            statement.getParameterMetaData();
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            requireConnected(e);
            connection.rollback(before);
            Finding found = finding(connection, inline.file(), inline.sql(), 0, e);
            findings.add(new Finding(found.file(), inline.line(), found.wrong(), found.right()));
        }
    }

    /** Goes further than preparing: a key that is not unique is found when PostgreSQL plans. The line is that of the name. */
    private static void plan(
            Connection connection, RouteFiles files, String path, String statement, List<Finding> findings)
            throws SQLException {
        String sql = PARAMETER.matcher(statement).replaceAll("null");
        Savepoint before = connection.setSavepoint();
        try (Statement explain = connection.createStatement()) {
            explain.execute("explain " + sql);
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            requireConnected(e);
            connection.rollback(before);
            Finding found = finding(connection, files.shown(path), sql, 0, e);
            findings.add(
                    new Finding(found.file(), lineOf(files.text(path), found.wrong()), found.wrong(), found.right()));
        }
    }

    /** Where a text says the name that a message quotes, or its last part; else its first line. */
    private static int lineOf(String text, String message) {
        Matcher quoted = QUOTED.matcher(message);
        if (quoted.find()) {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).startsWith("#") && lines.get(i).contains(quoted.group(1))) {
                    return i + 1;
                }
            }
        }
        return 1;
    }

    private static void requireConnected(SQLException e) throws SQLException {
        if (e.getSQLState() != null && e.getSQLState().startsWith(CONNECTION_LOST)) {
            throw e;
        }
    }

    private static Finding finding(Connection connection, String file, String sql, int from, SQLException e)
            throws SQLException {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        int position = Math.min(
                sql.length(), Math.max(0, from) + (server == null ? 0 : Math.max(0, server.getPosition() - 1)));
        int line = 1
                + (int) sql.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        String wrong = server == null ? String.valueOf(e.getMessage()) : String.valueOf(server.getMessage());
        return new Finding(
                file, line, "PostgreSQL refuses it: " + wrong, right(connection, sql, position, wrong, server));
    }

    private static String right(
            Connection connection, String sql, int position, String wrong, @Nullable ServerErrorMessage server)
            throws SQLException {
        if (server != null && server.getHint() != null) {
            return server.getHint();
        }
        String state = server == null ? "" : String.valueOf(server.getSQLState());
        Matcher name = QUOTED.matcher(wrong);
        String quoted = name.find() ? name.group(1) : "";
        if (state.equals("42P01")) {
            return NearestName.of(
                            quoted,
                            names(
                                    connection,
                                    "select concat_ws('.', table_schema, table_name) from information_schema.tables"))
                    .map("did you mean %s?"::formatted)
                    .orElse("a table of its own is made by a migration, such as migration/V001__table.sql beside it");
        }
        if (state.equals("42703")) {
            return NearestName.of(
                            quoted, names(connection, "select distinct column_name from information_schema.columns"))
                    .map("did you mean %s?"::formatted)
                    .orElse("the columns are in the migration that makes the table, and in psql: \\d");
        }
        String rest = sql.substring(position).replaceAll("\\s+", " ").strip();
        String seen = rest.length() > LINE_END ? rest.substring(0, LINE_END) + "…" : rest;
        return seen.isEmpty() ? "something is missing at the end" : "it cannot go on from: %s".formatted(seen);
    }

    private static Collection<String> names(Connection connection, String sql) throws SQLException {
        Collection<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
