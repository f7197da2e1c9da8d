package dev.serai.archive;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * SQL straight over the archived objects: each dataset is a view, {@code ads.impression} is {@code ads_impression}.
 *
 * <p>Objects are fetched into a temporary directory and compared with their certificates. A numeric of any precision, which
 * an object keeps as text, is a double here. A row that was archived more than
 * once is seen once, in its newest form. DuckDB sees that directory and nothing else, so that no statement can change or
 * read anything. Thread-safe.
 */
final class ArchiveQuery {

    private final ArchiveSession.Connections connections;
    private final ArchiveObjects objects;
    private final Path temporary;
    private final long mostBytes;

    /** @param mostBytes the most that one query fetches */
    ArchiveQuery(ArchiveSession.Connections connections, ArchiveObjects objects, Path temporary, long mostBytes) {
        this.connections = connections;
        this.objects = objects;
        this.temporary = temporary;
        this.mostBytes = mostBytes;
    }

    /** Prints the answer as CSV with a header, row by row. */
    void print(String sql, LocalDate from, LocalDate to, PrintStream out) throws SQLException {
        try (WorkDirectory work = WorkDirectory.open(temporary)) {
            List<String> views = new ArrayList<>();
            for (List<Certificate> dataset : wanted(sql, from, to)) {
                views.add(view(dataset, work));
            }
            try (Connection duck = ParquetFiles.open(work.path());
                    Statement statement = duck.createStatement()) {
                for (String view : views) {
                    statement.execute(view);
                }
                try (ResultSet rows = statement.executeQuery(sql)) {
                    Csv.print(rows, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The certificates of every dataset that the statement names. */
    private List<List<Certificate>> wanted(String sql, LocalDate from, LocalDate to) throws SQLException {
        List<List<Certificate>> wanted = new ArrayList<>();
        try (Connection connection = ArchiveSession.plain(connections, "archive query")) {
            List<String> datasets = datasets(connection);
            for (String dataset : datasets) {
                if (Pattern.compile("\\b" + viewName(dataset) + "\\b", Pattern.CASE_INSENSITIVE)
                        .matcher(sql)
                        .find()) {
                    wanted.add(requireSome(dataset, new Certificates(connection).kept(dataset, from, to), from, to));
                }
            }
            if (wanted.isEmpty()) {
                throw new IllegalArgumentException("the statement must read from an archived dataset; there %s: %s"
                        .formatted(
                                datasets.size() == 1 ? "is" : "are",
                                datasets.isEmpty()
                                        ? "none yet"
                                        : datasets.stream()
                                                .map(ArchiveQuery::viewName)
                                                .collect(Collectors.joining(", "))));
            }
        }
        long bytes = wanted.stream()
                .flatMap(List::stream)
                .mapToLong(Certificate::bytes)
                .sum();
        if (bytes > mostBytes) {
            throw new IllegalArgumentException(
                    "the objects have %d bytes, a query fetches %d at most: name fewer days, for example DAYS=%s..%s"
                            .formatted(
                                    bytes,
                                    mostBytes,
                                    wanted.get(0).get(0).day(),
                                    wanted.get(0).get(0).day()));
        }
        return wanted;
    }

    private static List<Certificate> requireSome(
            String dataset, List<Certificate> certificates, LocalDate from, LocalDate to) {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing of %s is archived for the days %s to %s".formatted(dataset, from, to));
        }
        return certificates;
    }

    private String view(List<Certificate> certificates, WorkDirectory work) throws IOException {
        List<String> files = new ArrayList<>();
        for (Certificate certificate : certificates) {
            // The ids are time-ordered, and so are the names of the files.
            Path file = work.file(certificate.id() + ".parquet");
            if (objects.get(certificate.bucket(), certificate.key(), file).isEmpty()) {
                throw new ArchiveException(
                        ArchiveException.REFUSED, "%s is not in S3".formatted(certificate.address()));
            }
            ReadBack.requireObject(certificate, file);
            files.add(ParquetFiles.literal(file));
        }
        Certificate newest = certificates.get(0);
        return """
                create view %s as select * exclude (filename)%s from read_parquet([%s], union_by_name = true, filename = true)
                qualify row_number() over (partition by %s order by filename desc) = 1""".formatted(
                        viewName(newest.dataset()),
                        numbers(newest.schema()),
                        String.join(", ", files),
                        RowSchema.quoted(newest.keyColumns()));
    }

    private static String numbers(RowSchema schema) {
        String casts = schema.columns().stream()
                .filter(Column::isUnboundedNumber)
                .map(column -> "cast(%1$s as double) as %1$s".formatted(column.quoted()))
                .collect(Collectors.joining(", "));
        return casts.isEmpty() ? "" : " replace (" + casts + ")";
    }

    private static List<String> datasets(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select distinct dataset from ops.archive order by dataset");
                ResultSet row = statement.executeQuery()) {
            List<String> datasets = new ArrayList<>();
            while (row.next()) {
                datasets.add(row.getString(1));
            }
            return datasets;
        }
    }

    private static String viewName(String dataset) {
        return dataset.replace('.', '_').toLowerCase(Locale.ROOT);
    }
}
