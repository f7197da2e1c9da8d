package dev.serai.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.archive.ArchiveCommands;
import dev.serai.archive.Readings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What has become of everything that was sent since a site was built. Remembers objects that it has read. For one thread. */
final class Evidence {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NUMBER = Pattern.compile("(?:value\\\\?\": |poison )(\\d+)");
    private static final Pattern AD = Pattern.compile("\"ad_id\" ?: ?\"([0-9a-f-]{36})\"|(garbage-\\d+)");
    private static final Pattern GROUP =
            Pattern.compile("\\$oid\" ?: ?\"([0-9a-f]{24})\" ?}[^{}]*\"healthCoach\" ?: ?\"([^\"]+)\"");

    private final Site site;
    private final Map<String, List<Entry>> objects = new HashMap<>();

    Evidence(Site site) {
        this.site = site;
    }

    Tally compare() throws Exception {
        return sensors().plus(ads()).plus(community());
    }

    Tally sensors() throws Exception {
        Set<String> acknowledged =
                site.journal.acknowledged().stream().mapToObj(Integer::toString).collect(Collectors.toSet());
        Expected expected = new Expected(site.readings.contents(), acknowledged, site.readings.poison(), Set.of());
        List<Entry> rows = new ArrayList<>();
        for (String row :
                rows("select value, sensor_id, extract(epoch from measured_at), value from sensors.reading")) {
            int end = row.indexOf('|');
            rows.add(new Entry(row.substring(0, end), row.substring(end + 1)));
        }
        return Comparison.of(
                "sensors", expected, new Found(rows, letters("sensors", NUMBER), raw("sensor-data", "raw/")));
    }

    /** This source goes on meanwhile, so what it sent is asked for last. */
    private Tally ads() throws Exception {
        Set<Entry> raw = raw("ad-data", "backup/");
        List<Entry> rows = new ArrayList<>();
        for (String row :
                rows("select ad_id, ad_group, ad_campaign, extract(epoch from shown_at) from ads.impression")) {
            rows.add(new Entry(row.substring(0, 36), row.substring(37)));
        }
        rows.addAll(archivedAds());
        Found found = new Found(rows, letters("ads", AD), raw);
        Set<String> backedUp = raw.stream().map(Entry::key).collect(Collectors.toSet());
        return Comparison.of("ads", new Expected(site.ads.sent(), backedUp, site.ads.poison(), Set.of()), found);
    }

    private Tally community() throws Exception {
        List<Entry> rows = new ArrayList<>();
        for (String row : rows("select group_id, health_coach from community.groups where deleted_at is null")) {
            rows.add(new Entry(row.substring(0, 24), row.substring(25)));
        }
        return Comparison.of(
                "community", site.groups.expected(), new Found(rows, List.of(), raw("community-data", "raw/")));
    }

    /** Rows that are in verified objects and no more in the table. */
    private List<Entry> archivedAds() throws SQLException {
        if (rows("select 1 from ops.archive where dataset = 'ads.impression' and state = 'deleted' limit 1")
                .isEmpty()) {
            return List.of();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = new ArchiveCommands(site.hub.settings(), new PrintStream(out, true, StandardCharsets.UTF_8))
                .execute(
                        "archive-query",
                        List.of(
                                "select ad_id || '|' || ad_group || '|' || ad_campaign || '|' || cast(extract(epoch from shown_at) as bigint) || '.000000' from ads_impression"));
        String text = out.toString(StandardCharsets.UTF_8);
        if (code != 0) {
            throw new IllegalStateException("the archive cannot be asked: " + text);
        }
        return text.lines()
                .skip(1)
                .map(line -> new Entry(line.substring(0, 36), line.substring(37)))
                .toList();
    }

    private List<Entry> letters(String pipeline, Pattern key) throws SQLException {
        List<Entry> letters = new ArrayList<>();
        for (String payload : rows("select payload from ops.dead_letter where pipeline = ?", pipeline)) {
            MatchResult found = key.matcher(payload).results().findFirst().orElse(null);
            letters.add(new Entry(found == null ? payload : group(found), payload));
        }
        return letters;
    }

    private static String group(MatchResult found) {
        for (int i = 1; i < found.groupCount(); i++) {
            if (found.group(i) != null) {
                return found.group(i);
            }
        }
        return found.group(found.groupCount());
    }

    private Set<Entry> raw(String bucket, String prefix) {
        Set<Entry> all = new HashSet<>();
        for (String key : site.hub.keys(bucket)) {
            if (key.startsWith(prefix)) {
                List<Entry> entries = objects.computeIfAbsent(bucket + "/" + key, address -> read(bucket, key));
                all.addAll(entries == null ? List.of() : entries);
            }
        }
        return all;
    }

    /** Nothing if it is being written, or withdrawn, right now. */
    private @Nullable List<Entry> read(String bucket, String key) {
        try {
            byte[] bytes = site.hub.object(bucket, key);
            return switch (bucket) {
                case "sensor-data" -> messages(bytes);
                case "ad-data" -> answer(bytes);
                default ->
                    GROUP.matcher(text(bytes))
                            .results()
                            .map(found -> new Entry(found.group(1), found.group(2)))
                            .toList();
            };
        } catch (NoSuchKeyException absent) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(bucket + "/" + key, e);
        }
    }

    private static String text(byte[] bytes) throws IOException {
        boolean compressed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        return new String(
                compressed ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes,
                StandardCharsets.UTF_8);
    }

    /** What came as it was sent is what was sent; else it stays as it came. */
    private List<Entry> messages(byte[] bytes) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : text(bytes).split("\n", -1)) {
            if (!line.isEmpty()) {
                String payload = JSON.readTree(line).get("payload").asText();
                String number = NUMBER.matcher(payload)
                        .results()
                        .findFirst()
                        .map(found -> found.group(1))
                        .orElse("?");
                boolean same = !number.equals("?") && payload.equals(site.readings.payload(Integer.parseInt(number)));
                entries.add(new Entry(number, same ? site.readings.contents().getOrDefault(number, "") : payload));
            }
        }
        return entries;
    }

    private static List<Entry> answer(byte[] bytes) throws IOException {
        String text = text(bytes);
        if (!text.startsWith("[")) {
            return AD.matcher(text)
                    .results()
                    .map(found -> new Entry(group(found), ""))
                    .toList();
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode ad : JSON.readTree(text)) {
            entries.add(new Entry(
                    ad.get("ad_id").asText(),
                    "%s|%s|%d.000000"
                            .formatted(
                                    ad.get("ad_group").asText(),
                                    ad.get("ad_campaign").asText(),
                                    ad.get("shown_at").asLong())));
        }
        return entries;
    }

    /** What is wrong in the book and the rollup. */
    List<String> complaints() throws Exception {
        List<String> complaints = new ArrayList<>();
        rows("""
                select format('the book: run %s of %s read %s, and inserted, updated, unchanged and rejected come to %s', run_id,
                              pipeline, read, inserted + updated + unchanged + rejected)
                from ops.run
                where state not in ('running', 'interrupted') and read <> inserted + updated + unchanged + rejected""").forEach(complaints::add);
        rows("""
                with booked as (select coalesce(sum(inserted), 0) as n from ops.load where dataset = 'sensors.reading'),
                     there as (select count(*) as n from sensors.reading)
                select format('the book: %s readings inserted, %s there', booked.n, there.n) from booked, there
                where booked.n <> there.n
                union all
                select format('the book: %s impressions inserted, %s there or archived', booked.n, there.n)
                from (select coalesce(sum(inserted), 0) as n from ops.load where dataset = 'ads.impression') booked,
                     (select (select count(*) from ads.impression)
                             + (select coalesce(sum(deleted_rows), 0) from ops.archive where dataset = 'ads.impression') as n) there
                where booked.n <> there.n""").forEach(complaints::add);
        long answers = Long.parseLong(
                site.hub.value(
                        "select count(*) from ops.run where route = 'ads-api-to-postgres' and state = 'succeeded' and cause in ('schedule', 'asked')"));
        long backups = site.hub.keys("ad-data").stream()
                .filter(key -> key.startsWith("backup/"))
                .count();
        if (answers > backups) {
            complaints.add("the book: %d answers loaded, %d in the lake".formatted(answers, backups));
        }
        try {
            new Readings(site.hub).requireRollupIsRight();
        } catch (AssertionError wrong) {
            complaints.add("the minutes: " + wrong.getMessage());
        }
        return complaints;
    }

    /** Whether the reading that was sent last is in its table, or is a dead letter, and in the lake. */
    boolean hasLastReading() throws SQLException {
        int last = site.journal.sent() - 1;
        String number = Integer.toString(last);
        boolean stored = site.readings.poison().contains(number)
                ? letters("sensors", NUMBER).stream()
                        .anyMatch(letter -> letter.key().equals(number))
                : !rows("select 1 from sensors.reading where value = ?", last).isEmpty();
        return stored
                && raw("sensor-data", "raw/").stream()
                        .anyMatch(entry -> entry.key().equals(number));
    }

    /** Whether nothing waits to be loaded. */
    boolean isQuiet() throws SQLException {
        return rows("select 1 from ops.pending limit 1").isEmpty();
    }

    private List<String> rows(String sql, Object... parameters) throws SQLException {
        return site.hub.rows(sql, parameters);
    }
}
