package dev.serai.quality;

import dev.serai.dataset.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one statement that a check is. Pure.
 *
 * <p>It yields one row: {@code checked}, {@code failed}, {@code measured}, {@code keys}, {@code since_at}, {@code segment},
 * {@code segment_failed}, {@code segments} and {@code usual}, some of them NULL. Names of tables and columns come from the dataset file, where
 * they were checked; values are parameters. A table is read once.
 *
 * @param sql with a question mark for each parameter
 */
record CheckQuery(String sql, List<Object> parameters) {

    /** Rows whose keys are kept as examples. */
    static final int MOST_KEYS = 20;

    /** Rows that were under way when the check before this one ran. */
    private static final Duration OVERLAP = Duration.ofMinutes(5);

    private static final int USUAL_PERIODS = 14;
    private static final int LEAST_PERIODS = 3;
    private static final int BASELINE_WINDOWS = 7;
    private static final int LEAST_RECENT = 30;
    private static final int LEAST_BASELINE = 100;
    private static final Set<String> NUMBERS = Set.of("integer", "number");

    /** Counts rows, by segment, and those for which something holds. */
    private static final String ROWS = """
            with scanned as (
                select %s as segment, %s as key, %s as at, coalesce(%s, false) as bad
                from %s t %s where %s
            ), numbered as (
                select *, count(*) filter (where bad) over (rows unbounded preceding) as nth from scanned
            ), segments as (
                select segment, count(*) as checked, count(*) filter (where bad) as failed, min(at) filter (where bad) as since_at,
                       array_agg(key) filter (where bad and nth <= %d) as keys
                from numbered group by segment
            )
            select coalesce(sum(checked), 0) as checked, coalesce(sum(failed), 0) as failed, sum(failed) as measured,
                   (select array_agg(k) from segments, unnest(keys) k where k is not null) as keys,
                   (array_agg(since_at order by failed desc, segment))[1] as since_at,
                   (array_agg(segment order by failed desc, segment))[1] as segment,
                   coalesce(max(failed), 0) as segment_failed, count(*) filter (where failed > 0) as segments, null::numeric as usual
            from segments""";

    private static final String DUPLICATES = """
            with groups as (
                select %s as key, count(*) as n, min(%s) as at from %s t where %s group by %s
            ), numbered as (
                select *, count(*) filter (where n > 1) over (rows unbounded preceding) as nth from groups
            )
            select coalesce(sum(n), 0) as checked, coalesce(sum(n - 1), 0) as failed, sum(n - 1) as measured,
                   array_agg(key) filter (where n > 1 and nth <= %d and key is not null) as keys, min(at) filter (where n > 1) as since_at,
                   null::text as segment, 0 as segment_failed, 0 as segments, null::numeric as usual
            from numbered""";

    private static final String COUNT = """
            select count(*) as checked, 0 as failed, count(*)::numeric as measured, null::text[] as keys, null::timestamptz as since_at,
                   null::text as segment, 0 as segment_failed, 0 as segments, null::numeric as usual
            from %s t where %s""";

    /** The age of the newest row, in seconds. */
    private static final String NEWEST = """
            select count(newest) as checked, 0 as failed, extract(epoch from now() - max(newest)) as measured, null::text[] as keys,
                   max(newest) as since_at, null::text as segment, 0 as segment_failed, 0 as segments, null::numeric as usual
            from (select max(%s)::timestamptz as newest from %s t where %s) r""";

    private static final String PERIODS = """
            with bounds as (
                select date_bin(?::interval, now(), timestamptz '2000-01-03 00:00:00Z') as end_at, ?::interval as period
            ), counted as (
                select date_bin(period, %1$s, timestamptz '2000-01-03 00:00:00Z') as period_at, count(*) as n
                from %2$s t, bounds where %1$s >= end_at - period * %3$d and %1$s < end_at and %4$s group by 1
            ), periods as (
                select p.period_at, coalesce(c.n, 0) as n, p.period_at = b.end_at - b.period as is_last
                from bounds b, generate_series((select min(period_at) from counted), b.end_at - b.period, b.period) as p(period_at)
                left join counted c on c.period_at = p.period_at
            ), compared as (
                select max(n) filter (where is_last) as n, count(*) filter (where not is_last) as before, max(period_at) filter (where is_last) as period_at,
                       percentile_cont(0.5) within group (order by n) filter (where not is_last) as usual
                from periods
            )
            select case when before >= %5$d and usual > 0 then n else 0 end as checked, 0 as failed,
                   case when before >= %5$d and usual > 0 then round((100.0 * n / usual)::numeric, 1) end as measured, null::text[] as keys,
                   period_at as since_at, null::text as segment, coalesce(n, 0) as segment_failed, 0 as segments, usual::numeric as usual
            from compared""";

    /** The population stability index: tenths of the values before, or each value where they are no numbers. */
    private static final String SHIFT = """
            with bounds as (select ?::interval as w), looked_at as materialized (
                select %1$s as v, %2$s >= now() - w as recent
                from %3$s t, bounds where %2$s >= now() - w * %4$d and %5$s is not null and %6$s
            ), %7$s, counted as (
                select bin, count(*) filter (where recent) as r, count(*) filter (where not recent) as b from binned group by bin
            ), shares as (
                select sum(r) over () as rs, sum(b) over () as bs,
                       greatest(r / nullif(sum(r) over (), 0), 0.0001) as rp, greatest(b / nullif(sum(b) over (), 0), 0.0001) as bp
                from counted
            )
            select case when coalesce(max(rs), 0) >= %8$d and coalesce(max(bs), 0) >= %9$d then max(rs) else 0 end as checked, 0 as failed,
                   case when max(rs) >= %8$d and max(bs) >= %9$d then round(sum((rp - bp) * ln(rp / bp)), 4) end as measured, null::text[] as keys,
                   now() - (select w from bounds) as since_at, null::text as segment, 0 as segment_failed, 0 as segments, null::numeric as usual
            from shares""";

    private static final String TENTHS = """
            edges as (
                select percentile_disc(array[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) within group (order by v) as e from looked_at where not recent
            ), binned as (select width_bucket(v, e)::text as bin, recent from looked_at, edges)""";

    private static final String EACH_VALUE = "binned as (select v as bin, recent from looked_at)";

    private static final String COLUMNS = """
            with declared as (
                select * from unnest(?::text[], ?::text[]) as d(name, type)
            ), actual as (
                select attname::text as name, format_type(atttypid, atttypmod) as type
                from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped
            ), different as (
                select coalesce(d.name, a.name) || case when a.name is null then ' is gone' when d.name is null then ' is not described'
                           else format(' is %%s, described as %%s', a.type, d.type) end as difference
                from declared d full join actual a on a.name = d.name
                where a.name is null or d.name is null or lower(a.type) <> lower(d.type)
            )
            select (select count(*) from declared) as checked, count(*) as failed, count(*)::numeric as measured,
                   (array_agg(difference order by difference))[1:%d] as keys, null::timestamptz as since_at, null::text as segment,
                   0 as segment_failed, 0 as segments, null::numeric as usual
            from different""";

    /**
     * The statement of a check.
     *
     * @param before when the rows that a check with the window "new" has seen ended; null for the first time
     */
    static CheckQuery of(Check check, @Nullable Instant before) {
        return switch (check.rule()) {
            case ROW_COUNT -> rowCount(check, before);
            case MISSING -> missing(check, before);
            case INVALID -> invalid(check, before);
            case REFERENCE -> reference(check, before);
            case DUPLICATE -> duplicate(check, before);
            case FRESHNESS ->
                new CheckQuery(NEWEST.formatted(quoted(check.column()), table(check), filter(check)), List.of());
            case VOLUME -> volume(check);
            case DISTRIBUTION -> distribution(check);
            case SCHEMA -> schema(check);
            case SQL -> new CheckQuery(sql(check), List.of());
        };
    }

    private static CheckQuery rowCount(Check check, @Nullable Instant before) {
        List<Object> parameters = new ArrayList<>();
        return new CheckQuery(COUNT.formatted(table(check), scope(check, before, parameters)), parameters);
    }

    private static CheckQuery missing(Check check, @Nullable Instant before) {
        List<Object> parameters = new ArrayList<>();
        String bad = quoted(check.column()) + " is null";
        if (!check.details().missingValues().isEmpty()) {
            bad = "(%s or %s::text = any (?))".formatted(bad, quoted(check.column()));
            parameters.add(check.details().missingValues().toArray(String[]::new));
        }
        return rows(check, bad, "", "", before, parameters);
    }

    private static CheckQuery invalid(Check check, @Nullable Instant before) {
        List<Object> parameters = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        String column = quoted(check.column());
        Check.Details details = check.details();
        if (!details.validValues().isEmpty()) {
            bad.add(column + "::text <> all (?)");
            parameters.add(details.validValues().toArray(String[]::new));
        }
        if (!details.pattern().isEmpty()) {
            bad.add(column + "::text !~ ?");
            parameters.add(details.pattern());
        }
        if (details.validMin() != null) {
            bad.add(column + " < ?");
            parameters.add(details.validMin());
        }
        if (details.validMax() != null) {
            bad.add(column + " > ?");
            parameters.add(details.validMax());
        }
        return rows(check, String.join(" or ", bad), "", column + " is not null", before, parameters);
    }

    private static CheckQuery reference(Check check, @Nullable Instant before) {
        String references = check.details().references();
        int dot = references.lastIndexOf('.');
        String join = "left join (select distinct %s as referred from %s) other on other.referred = t.%s"
                .formatted(quoted(references.substring(dot + 1)), references.substring(0, dot), quoted(check.column()));
        String column = "t." + quoted(check.column());
        return rows(check, "other.referred is null", join, column + " is not null", before, new ArrayList<>());
    }

    private static CheckQuery rows(
            Check check, String bad, String join, String also, @Nullable Instant before, List<Object> parameters) {
        String by = check.details().by();
        String at = check.rows()
                .map(window -> "t." + quoted(window.column()) + "::timestamptz")
                .orElse("null::timestamptz");
        String scope = scope(check, before, parameters);
        return new CheckQuery(
                ROWS.formatted(
                        by.isEmpty() ? "null::text" : "t." + quoted(by) + "::text",
                        key(check.dataset().key(), check),
                        at,
                        bad,
                        table(check),
                        join,
                        also.isEmpty() ? scope : also + " and " + scope,
                        MOST_KEYS),
                parameters);
    }

    private static CheckQuery duplicate(Check check, @Nullable Instant before) {
        List<Object> parameters = new ArrayList<>();
        String at = check.rows()
                .map(window -> quoted(window.column()) + "::timestamptz")
                .orElse("null::timestamptz");
        String columns = check.columns().stream().map(CheckQuery::quoted).collect(Collectors.joining(", "));
        String given = check.columns().stream()
                .map(column -> quoted(column) + " is not null")
                .collect(Collectors.joining(" and "));
        return new CheckQuery(
                DUPLICATES.formatted(
                        key(check.columns(), check),
                        at,
                        table(check),
                        given + " and " + scope(check, before, parameters),
                        columns,
                        MOST_KEYS),
                parameters);
    }

    private static CheckQuery volume(Check check) {
        String period = check.details().period().toString();
        return new CheckQuery(
                PERIODS.formatted(
                        "t." + quoted(check.column()), table(check), USUAL_PERIODS + 1, filter(check), LEAST_PERIODS),
                List.of(period, period));
    }

    private static CheckQuery distribution(Check check) {
        Window window = check.rows().orElseThrow();
        String column = "t." + quoted(check.column());
        String type = CheckReader.column(check, check.column()).logicalType();
        boolean number = NUMBERS.contains(type);
        return new CheckQuery(
                SHIFT.formatted(
                        column + (number ? "::numeric" : "::text"),
                        "t." + quoted(window.column()),
                        table(check),
                        BASELINE_WINDOWS + 1,
                        column,
                        filter(check),
                        number ? TENTHS : EACH_VALUE,
                        LEAST_RECENT,
                        LEAST_BASELINE),
                List.of(window.length().toString()));
    }

    private static CheckQuery schema(Check check) {
        List<Column> columns = check.dataset().columns();
        return new CheckQuery(
                COLUMNS.formatted(MOST_KEYS),
                List.of(
                        columns.stream().map(Column::name).toArray(String[]::new),
                        columns.stream().map(Column::physicalType).toArray(String[]::new),
                        check.dataset().table()));
    }

    private static String sql(Check check) {
        return escaped(check.details()
                .query()
                .replace("{object}", check.dataset().table())
                .replace("{property}", check.columns().isEmpty() ? "" : check.column()));
    }

    /** The key of a row as a text; NULL if a part of it is personal. */
    private static String key(List<String> columns, Check check) {
        boolean shown = !columns.isEmpty()
                && columns.stream().noneMatch(column -> CheckReader.column(check, column)
                        .classification()
                        .equals("personal"));
        return shown
                ? columns.stream()
                        .map(column -> "t." + quoted(column) + "::text")
                        .collect(Collectors.joining(", ", "concat_ws(', ', ", ")"))
                : "null::text";
    }

    private static String scope(Check check, @Nullable Instant before, List<Object> parameters) {
        String filter = filter(check);
        Window window = check.rows().orElse(null);
        if (window == null || (window.isNew() && before == null)) {
            return filter;
        }
        String column = "t." + quoted(window.column());
        if (window.isNew() && before != null) {
            parameters.add(before.minus(OVERLAP).toString());
            return "%s >= ?::timestamptz and %s".formatted(column, filter);
        }
        parameters.add(window.length().toString());
        return "%s >= now() - ?::interval and %s".formatted(column, filter);
    }

    private static String filter(Check check) {
        return check.filter().isEmpty() ? "true" : "(" + escaped(check.filter()) + ")";
    }

    /** JDBC takes a question mark for a parameter unless it is doubled. */
    private static String escaped(String sql) {
        return sql.replace("?", "??");
    }

    private static String table(Check check) {
        return check.dataset().table();
    }

    private static String quoted(String column) {
        return '"' + column + '"';
    }
}
