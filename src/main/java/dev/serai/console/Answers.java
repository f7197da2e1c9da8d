package dev.serai.console;

import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * Answers a question with the rows of one view of the schema {@code mart}.
 *
 * <p>Yields {@code {"asOf": instant, "rows": [...]}}, put together by PostgreSQL, or CSV with a head line; packed with gzip for
 * who accepts it. <br>
 * Source: variables of the exchange: {@code view}; {@code key} and {@code value}, if only the rows are wanted whose column
 * {@code key} is that; {@code format} csv or else JSON; {@code encoding}, what the asker accepts. <br>
 * One answer is shared by all who ask the same within a second, those who ask while it is fetched included: any number of
 * viewers costs one query a second for each view. <br>
 * Errors: {@link SQLException} while PostgreSQL is away, to everyone who waits for that answer. A value that no row has, or
 * can have, gets an answer without rows. Thread-safe; bounded to the answers of the last second.
 */
public final class Answers implements Processor {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final String DATA_EXCEPTION = "22";
    private static final long SHARED_NS = Duration.ofSeconds(1).toNanos();

    private record Question(String view, String key, String value, boolean csv) {}

    private record Shared(CompletableFuture<byte[]> answer, long since) {
        boolean isOld() {
            return answer.isDone() && System.nanoTime() - since > SHARED_NS;
        }
    }

    private final HikariDataSource page;
    private final Map<Question, Shared> shared = new ConcurrentHashMap<>();
    /** Types of the columns that are keys, by view and column; as many as routes name. */
    private final Map<String, String> types = new ConcurrentHashMap<>();

    /** @param page a pool whose role can only SELECT */
    public Answers(HikariDataSource page) {
        this.page = page;
    }

    @Override
    public void process(Exchange exchange) throws SQLException, IOException {
        Question question = new Question(
                name(variable(exchange, "view")),
                variable(exchange, "key").isEmpty() ? "" : name(variable(exchange, "key")),
                variable(exchange, "value"),
                variable(exchange, "format").equals("csv"));
        byte[] answer = answer(question);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(
                Exchange.CONTENT_TYPE,
                question.csv() ? "text/csv; charset=utf-8; header=present" : "application/json; charset=utf-8");
        if (question.csv()) {
            message.setHeader("Content-Disposition", "attachment; filename=\"%s.csv\"".formatted(question.view()));
        }
        if (variable(exchange, "encoding").contains("gzip")) {
            message.setHeader(Exchange.CONTENT_ENCODING, "gzip");
            answer = gzip(answer);
        }
        message.setHeader("Vary", "Accept-Encoding");
        message.setBody(answer);
    }

    private byte[] answer(Question question) throws SQLException {
        shared.values().removeIf(Shared::isOld);
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        Shared one = shared.computeIfAbsent(question, asked -> new Shared(mine, System.nanoTime()));
        if (one.answer() == mine) {
            fetch(question, mine);
        }
        try {
            return one.answer().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException away) {
                throw away;
            }
            throw e;
        }
    }

    private void fetch(Question question, CompletableFuture<byte[]> answer) {
        try (Connection connection = page.getConnection()) {
            answer.complete(question.csv() ? csv(connection, question) : json(connection, question));
        } catch (SQLException | RuntimeException e) {
            // Not to be shared for a second: who asks next may find PostgreSQL back.
            shared.remove(question);
            answer.completeExceptionally(e);
        } catch (IOException e) {
            shared.remove(question);
            answer.completeExceptionally(new UncheckedIOException(e));
        }
    }

    private byte[] json(Connection connection, Question question) throws SQLException {
        // The value becomes what the column is, not the other way round, so that an index can be used.
        String where = question.key().isEmpty()
                ? ""
                : " where v.%s = ?::text::%s".formatted(question.key(), type(connection, question));
        return json(connection, question, where);
    }

    private static byte[] json(Connection connection, Question question, String where) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select json_build_object('asOf', now(), 'rows', coalesce(json_agg(v), '[]'))::text from mart.%s v%s"
                        .formatted(question.view(), where))) {
            if (where.contains("?")) {
                statement.setString(1, question.value());
            }
            return text(statement).getBytes(StandardCharsets.UTF_8);
        } catch (SQLException e) {
            if (where.contains("?") && String.valueOf(e.getSQLState()).startsWith(DATA_EXCEPTION)) {
                // "/api/run/x": no run has such an id.
                return json(connection, question, " where false");
            }
            throw e;
        }
    }

    private String type(Connection connection, Question question) throws SQLException {
        String column = question.view() + "." + question.key();
        String known = types.get(column);
        if (known == null) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = ('mart.' || ?)::regclass and attname = ?")) {
                statement.setString(1, question.view());
                statement.setString(2, question.key());
                known = text(statement);
            }
            types.put(column, known);
        }
        return known;
    }

    private byte[] csv(Connection connection, Question question) throws SQLException, IOException {
        // COPY takes no parameters; PostgreSQL itself quotes the value.
        try (PreparedStatement statement = connection.prepareStatement(
                "select format('copy (select * from mart.%I%s) to stdout (format csv, header)', ?::text,"
                        + " case when ? = '' then '' else format(' where %I = %L::%s', ?::text, ?::text, ?::text) end)")) {
            statement.setString(1, question.view());
            statement.setString(2, question.key());
            statement.setString(3, question.key());
            statement.setString(4, question.value());
            statement.setString(5, question.key().isEmpty() ? "" : type(connection, question));
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            new CopyManager(connection.unwrap(BaseConnection.class)).copyOut(text(statement), rows);
            return rows.toByteArray();
        }
    }

    private static String text(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static String variable(Exchange exchange, String name) {
        @Nullable String value = exchange.getVariable(name, String.class);
        return value == null ? "" : value;
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a view or column of mart must be named in lower snake case, was \"%s\"".formatted(name));
        }
        return name;
    }
}
