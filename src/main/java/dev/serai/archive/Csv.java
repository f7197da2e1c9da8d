package dev.serai.archive;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Prints rows as CSV with a header; NULL is empty. Stateless. */
final class Csv {

    private Csv() {}

    static void print(ResultSet rows, PrintStream out) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            append(line, i, columns.getColumnLabel(i));
        }
        out.println(line);
        while (rows.next()) {
            line.setLength(0);
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                append(line, i, rows.getString(i));
            }
            out.println(line);
        }
    }

    private static void append(StringBuilder line, int column, @Nullable String value) {
        if (column > 1) {
            line.append(',');
        }
        if (value == null) {
            return;
        }
        boolean plain = !value.isEmpty()
                && value.chars()
                        .noneMatch(letter -> letter == ',' || letter == '"' || letter == '\n' || letter == '\r');
        line.append(plain ? value : '"' + value.replace("\"", "\"\"") + '"');
    }
}
