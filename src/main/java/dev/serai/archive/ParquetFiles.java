package dev.serai.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Parquet files written and read by DuckDB, inside this process and outside of Java's heap.
 *
 * <p>It uses 256 MB at most and spills into the directory of the run; it never loads an extension. A row has 8 MB at most. <br>
 * Errors: {@link FilesException}. Stateless.
 */
final class ParquetFiles {

    private static final String MEMORY = "256MB";

    /** Its native library is unpacked when it is first used, and if that fails it never works again in this process. */
    private static final long LIBRARY_BYTES = 128L << 20;

    private static volatile boolean unpacked;

    private ParquetFiles() {}

    /** Makes a Parquet file, compressed with zstd, of what PostgreSQL copied out. */
    static void write(RowSchema schema, Path csv, Path parquet, Path work) {
        execute(
                work,
                "copy (select * from %s) to %s (format parquet, compression zstd, row_group_size 100000)"
                        .formatted(csv(schema, csv), literal(parquet)));
    }

    /** Makes of those rows of a Parquet file whose key is in a file what PostgreSQL copies in. */
    static void readAmong(RowSchema keys, Path keysCsv, RowSchema schema, Path parquet, Path csv, Path work) {
        execute(
                work,
                "copy (select %s from read_parquet(%s) semi join %s as k using (%s)) to %s (format csv, header false, nullstr '\\N'%s)"
                        .formatted(
                                schema.names(),
                                literal(parquet),
                                csv(keys, keysCsv),
                                keys.names(),
                                literal(csv),
                                schema.forceQuote()));
    }

    /** Makes of a Parquet file what PostgreSQL copies in. */
    static void read(RowSchema schema, Path parquet, Path csv, Path work) {
        execute(
                work,
                "copy (select %s from read_parquet(%s)) to %s (format csv, header false, nullstr '\\N'%s)"
                        .formatted(schema.names(), literal(parquet), literal(csv), schema.forceQuote()));
    }

    /** A database in memory that may use the directory of the run and nothing else. */
    static Connection open(Path work) throws SQLException {
        if (!unpacked) {
            FilesException.requireRoom(
                    Path.of(System.getProperty("java.io.tmpdir")), LIBRARY_BYTES, "DuckDB, to be unpacked,");
        }
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        Connection duck = DriverManager.getConnection("jdbc:duckdb:", properties);
        unpacked = true;
        try (Statement statement = duck.createStatement()) {
            for (String setting : new String[] {
                "memory_limit = '" + MEMORY + "'",
                "threads = 2",
                "TimeZone = 'UTC'",
                "autoinstall_known_extensions = false",
                "autoload_known_extensions = false",
                "temp_directory = " + literal(work.resolve("spilled")),
                "allowed_directories = [" + literal(work) + "]",
                "enable_external_access = false",
                "lock_configuration = true"
            }) {
                statement.execute("set " + setting);
            }
            return duck;
        } catch (SQLException e) {
            duck.close();
            throw e;
        }
    }

    /** What PostgreSQL copied out, as a table. */
    private static String csv(RowSchema schema, Path file) {
        return """
                read_csv(%s, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
                    new_line = '\\n', nullstr = '\\N', allow_quoted_nulls = false, strict_mode = true,
                    max_line_size = 8388608, buffer_size = 33554432, columns = %s)""".formatted(literal(file), schema.duckTypes());
    }

    static String literal(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private static void execute(Path work, String sql) {
        try (Connection duck = open(work);
                Statement statement = duck.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new FilesException(work, e);
        }
    }
}
