package dev.serai.rebuild;

import dev.serai.rebuild.RebuildRequest.Mode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a table in use differs from its shadow in a range of the landing.
 *
 * <p>Missing: in the shadow only, the archived left out. Extra: written from an object of the range and not in the shadow.
 * Different: in both with other values; a row that was written since then from a later object or from a repaired dead
 * letter is newer, and right. <br>
 * Names in the statements come from the catalogue of PostgreSQL and from a checked request, values from neither.
 */
final class Difference {

    private static final int EXAMPLES = 5;

    private final RebuildRequest request;
    private final TableShape shape;
    private final String missing;
    private final String archived;
    private final String extra;
    private final String different;

    /**
     * Writes the statements.
     *
     * @param archivedCondition on a row s of the shadow
     * @param lost whether there is no table to compare with
     * @param after the last load before the rebuild began: what was loaded since then is newer, and right
     */
    Difference(RebuildRequest request, TableShape shape, String archivedCondition, boolean lost, long after) {
        this.request = request;
        this.shape = shape;
        String live = lost ? "(select * from %s where false)".formatted(request.shadow()) : request.dataset();
        String same = shape.key().stream()
                .map(column -> "l.%1$s = s.%1$s".formatted(column))
                .collect(Collectors.joining(" and "));
        String alone = "from %s s where not exists (select from %s l where %s)".formatted(request.shadow(), live, same);
        missing = alone + " and not " + archivedCondition;
        archived = alone + " and " + archivedCondition;
        String before = "not exists (select from ops.load o where o.raw_object = l.raw_object and o.load_id > %d)"
                .formatted(after);
        extra = "from %s l where %s and not exists (select from %s s where %s) and %s"
                .formatted(live, inRange(request), request.shadow(), same, before);
        different =
                "from %s s join %s l on %s where l.raw_object collate \"C\" < '%s' and (%s) is distinct from (%s) and %s"
                        .formatted(
                                request.shadow(),
                                live,
                                same,
                                request.endAddress(),
                                columns("l", shape.content()),
                                columns("s", shape.content()),
                                before);
    }

    private static String inRange(RebuildRequest request) {
        return "l.raw_object collate \"C\" >= '%s' and l.raw_object collate \"C\" < '%s'"
                .formatted(request.firstAddress(), request.endAddress());
    }

    List<String> lines(Statement statement) throws SQLException {
        List<String> lines = new ArrayList<>();
        lines.add("%s from %s to %s: %d rows in %s"
                .formatted(
                        request.dataset(),
                        request.from(),
                        request.to(),
                        count(statement, "from " + request.shadow()),
                        request.shadow()));
        lines.add(line(statement, "missing", missing, "s", ""));
        lines.add(line(statement, "archived", archived, "s", " (not in the table, and covered by a certificate)"));
        lines.add(line(statement, "extra", extra, "l", ""));
        lines.add(line(statement, "different", different, "s", ""));
        return lines;
    }

    /** Does what the mode says and says what it did. */
    String apply(Statement statement) throws SQLException {
        if (request.mode() == Mode.COMPARE) {
            return "nothing was changed; MODE=merge inserts the missing and updates the different, MODE=swap also deletes the extra";
        }
        int deleted = request.mode() == Mode.SWAP
                ? statement.executeUpdate(
                        "delete from %s l %s".formatted(request.dataset(), extra.substring(extra.indexOf("where"))))
                : 0;
        List<String> updatable = new ArrayList<>(shape.content());
        shape.all().stream()
                .filter(column -> column.matches("run_id|raw_object"))
                .forEach(updatable::add);
        int updated = statement.executeUpdate("update %s t set (%s) = row (%s) from (select s.* %s) s where %s"
                .formatted(
                        request.dataset(),
                        String.join(", ", updatable),
                        columns("s", updatable),
                        different,
                        shape.key().stream()
                                .map(column -> "t.%1$s = s.%1$s".formatted(column))
                                .collect(Collectors.joining(" and "))));
        int inserted = statement.executeUpdate("insert into %s (%s) select %s %s"
                .formatted(request.dataset(), String.join(", ", shape.all()), columns("s", shape.all()), missing));
        return "%s: %d inserted, %d updated, %d deleted"
                .formatted(ShadowTables.word(request.mode()), inserted, updated, deleted);
    }

    private String line(Statement statement, String name, String from, String alias, String meaning)
            throws SQLException {
        long count = count(statement, from);
        if (count == 0) {
            return name + " 0";
        }
        List<String> examples = new ArrayList<>();
        String sql = "select concat_ws(' ', %s) %s limit %d".formatted(columns(alias, shape.key()), from, EXAMPLES);
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                examples.add(rows.getString(1));
            }
        }
        return "%s %d%s: %s%s"
                .formatted(name, count, meaning, String.join(", ", examples), count > EXAMPLES ? ", …" : "");
    }

    private static long count(Statement statement, String from) throws SQLException {
        try (ResultSet row = statement.executeQuery("select count(*) " + from)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String columns(String alias, List<String> columns) {
        return columns.stream().map(column -> alias + "." + column).collect(Collectors.joining(", "));
    }
}
