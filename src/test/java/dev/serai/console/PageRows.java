package dev.serai.console;

import dev.serai.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;

/** Rows for each panel of the page that no simulator of a test brings: community, sensors, archive, checks, an alert, a mistake in a file. */
final class PageRows {

    private PageRows() {}

    static void fill(Hub hub) throws IOException, SQLException {
        try (InputStream sql = Objects.requireNonNull(PageRows.class.getResourceAsStream("page-at-work.sql"))) {
            for (String statement : new String(sql.readAllBytes(), StandardCharsets.UTF_8).split("\n\n", -1)) {
                hub.rows(statement);
            }
        }
    }
}
