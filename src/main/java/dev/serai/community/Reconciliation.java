package dev.serai.community;

import dev.serai.batch.Batch;
import dev.serai.ledger.CodedException;
import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.SourceCollection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares every row of the community's tables with what the transform makes of the source now; changes nothing.
 *
 * <p>The source goes on changing meanwhile, and the tables follow it a little behind. So a document that is not equal is
 * looked at again and again, and counts only if it stays unequal for the patience of the comparison. Documents that are in
 * the dead letter with the state they have now are left out. <br>
 * Yields rows of {@code ops.reconciliation}. Errors: {@link CodedException} {@code RECONCILE_DIFFERENT} if anything is
 * missing, extra or different; {@link SQLException}; {@code MongoException}. Memory does not grow with the data.
 * Thread-safe.
 */
final class Reconciliation {

    /** Opens a connection of its own: its temporary tables end with it. */
    @FunctionalInterface
    interface Connections {
        Connection open(String purpose) throws SQLException;
    }

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** More documents than this are not looked at again: something is wrong that waiting does not mend. */
    private static final int MOST_SUSPECTS = 10_000;

    private static final int TOGETHER = 200;
    private static final int EXAMPLES = 10;
    private static final String COMPARE = resource("compare.sql");

    private static final Map<String, String> OWNERS = new TreeMap<>(Map.of(
            "community.users", "users user_id",
            "community.subscriptions", "users user_id",
            "community.invoices", "users user_id",
            "community.groups", "groups group_id",
            "community.messages", "messages document_id"));

    private final Source source;
    private final Connections connections;
    private final Duration patience;
    private final CommunityDocuments transform = new CommunityDocuments();

    Reconciliation(Source source, Connections connections, Duration patience) {
        this.source = source;
        this.connections = connections;
        this.patience = patience;
    }

    void run(UUID runId, String pipeline) throws SQLException {
        try (Connection connection = connections.open("community reconcile")) {
            new Comparison(connection).run(runId, pipeline);
        }
    }

    /** One run. */
    private final class Comparison {

        private final Connection connection;
        private final Map<String, Long> sourceRows = new TreeMap<>();

        Comparison(Connection connection) {
            this.connection = connection;
        }

        void run(UUID runId, String pipeline) throws SQLException {
            execute(resource("compare-begin.sql"));
            OWNERS.keySet().forEach(dataset -> sourceRows.put(dataset, 0L));
            for (SourceCollection collection : source.collections()) {
                compareAll(collection);
            }
            findExtra();
            lookAgain();
            write(runId, pipeline);
        }

        private void compareAll(SourceCollection collection) throws SQLException {
            try (DocumentCursor cursor = collection.after(null, source.versions(), TOGETHER)) {
                DocumentBatches batches = new DocumentBatches(cursor);
                while (batches.read()) {
                    List<String> ids = batches.ids();
                    remember(collection.name(), ids);
                    compare(collection, ids, batches)
                            .forEach((dataset, rows) -> sourceRows.merge(dataset, rows, Long::sum));
                }
            }
        }

        /** Compares these documents, those that are there and those that are not; yields rows of the source per table. */
        private Map<String, Long> compare(SourceCollection collection, List<String> ids, DocumentBatches there)
                throws SQLException {
            List<String> compared = new ArrayList<>(ids);
            Chunk chunk = new Chunk(new Chunk.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE));
            DocumentBatches.Entry entry;
            while ((entry = there.take()) != null) {
                String hash = collection.hash(entry.read().document());
                if (isInDeadLetter(collection.name(), entry.id(), hash)) {
                    compared.remove(entry.id());
                } else {
                    chunk.add(collection.name(), entry.id(), hash, entry.read());
                }
            }
            Batch batch = transform.read(chunk.isEmpty() ? "[]".getBytes(StandardCharsets.UTF_8) : chunk.toBytes(""));
            Map<String, Long> counts = new TreeMap<>();
            try (PreparedStatement statement = connection.prepareStatement(COMPARE)) {
                statement.setString(1, collection.name());
                statement.setArray(2, connection.createArrayOf("text", compared.toArray()));
                statement.setString(3, batch.rows());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        counts.put(row.getString(1), row.getLong(2));
                    }
                }
            }
            return counts;
        }

        private boolean isInDeadLetter(String collection, String id, String hash) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement("""
                    select from community.document where collection = ? and document_id = ? and rejected and content_hash = decode(?, 'hex')""")) {
                statement.setString(1, collection);
                statement.setString(2, id);
                statement.setString(3, hash);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next();
                }
            }
        }

        private void remember(String collection, List<String> ids) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into seen select ?, unnest(cast(? as text[])) on conflict do nothing")) {
                statement.setString(1, collection);
                statement.setArray(2, connection.createArrayOf("text", ids.toArray()));
                statement.executeUpdate();
            }
        }

        /** Rows of documents that the source has not. */
        private void findExtra() throws SQLException {
            for (Map.Entry<String, String> owner : OWNERS.entrySet()) {
                String[] words = owner.getValue().split(" ", -1);
                execute("""
                        insert into suspect (collection, document_id, dataset, kind, key)
                        select '%1$s', t.%2$s, '%3$s', 'extra', t.%2$s from %3$s t
                        where t.deleted_at is null
                          and not exists (select from seen s where s.collection = '%1$s' and s.document_id = t.%2$s)""".formatted(words[0], words[1], owner.getKey()));
            }
        }

        private void lookAgain() throws SQLException {
            long end = System.nanoTime() + patience.toNanos();
            long suspects = suspects();
            while (suspects > 0
                    && suspects <= MOST_SUSPECTS
                    && System.nanoTime() < end
                    && !source.ending().getAsBoolean()) {
                LockSupport.parkNanos(Math.min(BETWEEN_LOOKS.toNanos(), Math.max(1, end - System.nanoTime())));
                for (SourceCollection collection : source.collections()) {
                    lookAgain(collection);
                }
                suspects = suspects();
            }
        }

        private long suspects() throws SQLException {
            return number("select count(*) from (select distinct collection, document_id from suspect)");
        }

        private void lookAgain(SourceCollection collection) throws SQLException {
            List<String> ids = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("""
                    with again as (delete from suspect where collection = ? returning document_id)
                    select distinct document_id from again order by 1""")) {
                statement.setString(1, collection.name());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                    }
                }
            }
            for (int i = 0; i < ids.size(); i += TOGETHER) {
                List<String> some = ids.subList(i, Math.min(ids.size(), i + TOGETHER));
                List<String> absent = new ArrayList<>(some);
                try (DocumentCursor cursor = collection.find(some, source.versions(), TOGETHER)) {
                    DocumentBatches batches = new DocumentBatches(cursor);
                    while (batches.read()) {
                        List<String> present = batches.ids();
                        absent.removeAll(present);
                        compare(collection, present, batches);
                    }
                    compare(collection, absent, batches);
                }
            }
        }

        private void write(UUID runId, String pipeline) throws SQLException {
            List<String> findings = new ArrayList<>();
            for (Map.Entry<String, Long> rows : sourceRows.entrySet()) {
                findings.addAll(write(runId, rows.getKey(), rows.getValue()));
            }
            execute(resource("compare-plans.sql"));
            long plans = number("select count(distinct plan_id) from community.subscriptions where deleted_at is null");
            findings.addAll(write(runId, "community.plans", plans));
            long total = plans
                    + sourceRows.values().stream().mapToLong(Long::longValue).sum();
            try (PreparedStatement statement = connection.prepareStatement("""
                    insert into ops.load (run_id, pipeline, dataset, read, inserted, updated, unchanged, rejected)
                    values (?, ?, 'comparison of community', ?, 0, 0, ?, 0)""")) {
                statement.setObject(1, runId);
                statement.setString(2, pipeline);
                statement.setLong(3, total);
                statement.setLong(4, total);
                statement.executeUpdate();
            }
            if (!findings.isEmpty()) {
                throw new CodedException("RECONCILE_DIFFERENT", String.join("; ", findings));
            }
        }

        private List<String> write(UUID runId, String dataset, long rows) throws SQLException {
            try (PreparedStatement statement =
                    connection.prepareStatement("""
                    insert into ops.reconciliation (
                        run_id, dataset, source_rows, table_rows, missing, extra, different, examples)
                    select ?, ?, ?, (select count(*) from %s t where deleted_at is null %s),
                           count(*) filter (where kind = 'missing'), count(*) filter (where kind = 'extra'),
                           count(*) filter (where kind = 'different'),
                           coalesce((
                               select jsonb_agg(jsonb_build_object('kind', kind, 'key', key, 'source', source, 'table', actual))
                               from (select * from suspect where dataset = ? order by kind, key limit %d) shown), '[]')
                    from suspect where dataset = ?
                    returning missing, extra, different, examples -> 0 ->> 'key'""".formatted(dataset, notInDeadLetter(dataset), EXAMPLES))) {
                statement.setObject(1, runId);
                statement.setString(2, dataset);
                statement.setLong(3, rows);
                statement.setString(4, dataset);
                statement.setString(5, dataset);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1) + row.getLong(2) + row.getLong(3) == 0
                            ? List.of()
                            : List.of("%s: %d missing, %d extra, %d different, such as %s"
                                    .formatted(
                                            dataset, row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4)));
                }
            }
        }

        /** Of a document whose state is in the dead letter the table has an older one, which is compared with nothing. */
        private static String notInDeadLetter(String dataset) {
            String owner = OWNERS.get(dataset);
            return owner == null ? "" : """
                      and not exists (
                          select from community.document d
                          where d.collection = '%s' and d.document_id = t.%s and d.rejected and d.deleted_at is null)""".formatted((Object[]) owner.split(" ", -1));
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        private long number(String sql) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = Reconciliation.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
