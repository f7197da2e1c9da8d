package dev.serai.guarantee;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** By which columns PostgreSQL tells a row from every other. */
final class UniqueKeys {

    /** Indexes of some rows only, or over expressions, tell nothing of all rows. */
    private static final String INDEXES = """
            select array(select a.attname::text from unnest(i.indkey::smallint[]) with ordinality as k(attnum, place)
                         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                         where place <= i.indnkeyatts order by place) as columns
            from pg_index i
            where i.indrelid = to_regclass(?) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
            order by i.indisprimary desc, i.indnkeyatts, i.indexrelid""";

    private UniqueKeys() {}

    /**
     * The key of a table.
     *
     * @param described as its dataset file has it; counts only if a unique index is over exactly these columns
     * @return empty if nothing keeps two equal rows apart
     */
    static List<String> of(Connection connection, String table, List<String> described) throws SQLException {
        List<List<String>> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXES)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    indexes.add(List.of((String[]) row.getArray(1).getArray()));
                }
            }
        }
        return indexes.stream()
                .filter(index -> new HashSet<>(index).equals(new HashSet<>(described)))
                .findFirst()
                .orElse(indexes.isEmpty() ? List.of() : indexes.get(0));
    }
}
