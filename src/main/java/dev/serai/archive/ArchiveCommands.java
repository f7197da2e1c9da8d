package dev.serai.archive;

import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The archive on the command line: {@code archive-list}, {@code archive-query SQL [DAYS]}, {@code restore DATASET DAY}.
 *
 * <p>Works on the stores themselves, whether the hub runs or not. Exit codes: 0 done, 1 failed with the reason, 2 something
 * was not named.
 */
public final class ArchiveCommands {

    /** Settings without which they do not work. */
    public static final List<String> REQUIRED = List.of("postgres.password", "s3.secret-key");

    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    private final Settings settings;
    private final PrintStream out;

    public ArchiveCommands(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    public int execute(String command, List<String> arguments) {
        try (S3Client s3 = ObjectStore.connect(settings)) {
            Archives archives = Archives.of(settings, s3, Clock.systemUTC());
            return switch (command) {
                case "archive-list" -> list(archives);
                case "archive-query" -> query(archives, arguments);
                case "restore" -> restore(archives, arguments);
                default -> throw new IllegalArgumentException(command);
            };
        } catch (SQLException | SdkException | ArchiveException | IllegalArgumentException e) {
            out.println(e.getMessage());
            return 1;
        }
    }

    private int list(Archives archives) throws SQLException {
        try (Connection connection = ArchiveSession.plain(archives.connections(), "archive list");
                PreparedStatement statement = connection.prepareStatement("""
                        select dataset, day, row_count as rows, deleted_rows, bytes, state, cut_off_at, verified_at, tested_at,
                               object, reason
                        from ops.archive order by dataset, day, archive_id""")) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1_000);
            try (ResultSet rows = statement.executeQuery()) {
                Csv.print(rows, out);
            }
        }
        return 0;
    }

    private int query(Archives archives, List<String> arguments) throws SQLException {
        String sql = arguments.isEmpty() ? "" : arguments.get(0);
        String days = arguments.size() > 1 ? arguments.get(1) : "";
        if (sql.isBlank()) {
            out.println("""
                    Which SQL? For example: make archive-query SQL="select count(*) from ads_impression"
                    Only some days: make archive-query DAYS=2026-11-01..2026-11-07 SQL=…""");
            return 2;
        }
        String[] range = days.isBlank() ? new String[] {} : days.split("\\.\\.", -1);
        LocalDate from = range.length == 0 ? FIRST : day(range[0]);
        LocalDate to = range.length == 0 ? LAST : day(range[range.length - 1]);
        archives.query().print(sql, from, to, out);
        return 0;
    }

    private int restore(Archives archives, List<String> arguments) throws SQLException {
        if (arguments.size() != 2 || arguments.stream().anyMatch(String::isBlank)) {
            out.println("Which dataset and day? For example: make restore DATASET=ads.impression DAY=2026-11-01");
            return 2;
        }
        String dataset = arguments.get(0);
        List<String> lines = archives.restore().day(dataset, day(arguments.get(1)));
        lines.forEach(out::println);
        if (lines.isEmpty()) {
            String days = archives.restore().days(dataset);
            out.printf(
                    "Nothing of %s is archived for %s; there %s%n",
                    dataset, arguments.get(1), days.isEmpty() ? "is nothing of it at all" : "are days from " + days);
            return 1;
        }
        return 0;
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a day must be written like 2026-11-21, was \"%s\"".formatted(text), e);
        }
    }
}
