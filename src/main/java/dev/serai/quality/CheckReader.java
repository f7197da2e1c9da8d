package dev.serai.quality;

import dev.serai.dataset.CheckSource;
import dev.serai.dataset.Column;
import dev.serai.dataset.Dataset;
import dev.serai.quality.Check.Details;
import dev.serai.quality.Check.Severity;
import dev.serai.quality.Threshold.Comparison;
import dev.serai.reload.Finding;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Understands a check of a dataset file. A mistake is a finding: file, line, key, and what would be right. Pure. */
final class CheckReader {

    private static final Set<String> COMMON = Set.of(
            "id",
            "name",
            "type",
            "rule",
            "description",
            "dimension",
            "severity",
            "unit",
            "tags",
            "businessImpact",
            "customProperties");
    private static final Set<String> TYPES = Set.of("library", "sql");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,99}");
    private static final Pattern REFERENCE =
            Pattern.compile("([a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*)\\.([a-z_][a-z0-9_]*)");
    private static final BigDecimal HALF_OF_USUAL = BigDecimal.valueOf(50);
    private static final BigDecimal TWICE_THE_USUAL = BigDecimal.valueOf(200);
    private static final BigDecimal USUAL_SHIFT = new BigDecimal("0.25");
    private static final String TIME_COLUMN = "timeColumn";

    private final Dataset dataset;
    private final Entries entries;
    private final CheckSource source;
    private final List<Finding> findings;

    private CheckReader(Dataset dataset, CheckSource source, List<Finding> findings) {
        this.dataset = dataset;
        this.source = source;
        this.findings = findings;
        this.entries = new Entries(dataset, source, findings);
    }

    /** The checks of a dataset; those with a mistake are left out. */
    static List<Check> read(Dataset dataset, List<Finding> findings) {
        List<Check> checks = new ArrayList<>();
        for (CheckSource source : dataset.checks()) {
            new CheckReader(dataset, source, findings).read().ifPresent(check -> {
                if (checks.stream().anyMatch(other -> other.id().equals(check.id()))) {
                    findings.add(new Finding(
                            dataset.file(),
                            source.line(),
                            "a second check has the name '%s'".formatted(check.id()),
                            "it should have one of its own, as in \"name: %s-2\""
                                    .formatted(check.rule().word())));
                } else {
                    checks.add(check);
                }
            });
        }
        return checks;
    }

    private Optional<Check> read() {
        int before = findings.size();
        String word = entries.text("rule", "missing");
        Optional<Rule> named = Rule.of(word);
        if (named.isEmpty()) {
            entries.wrong(
                    "rule",
                    word.isEmpty() ? "the check has no rule" : "there is no rule '%s'".formatted(word),
                    Entries.meant(word, Rule.words()));
            return Optional.empty();
        }
        Rule rule = named.get();
        entries.known(known(rule), "a check '%s'".formatted(rule.word()));
        String type = entries.text("type", "library");
        if (!type.isEmpty() && !TYPES.contains(type)) {
            entries.wrong("type", "the type is '%s'".formatted(type), "it should be library, or sql for a query");
        }
        Check check = new Check(
                "",
                dataset,
                source.line(),
                rule,
                columns(rule),
                entries.text("description", "Every user can be written to"),
                dimension(rule),
                Severity.valueOf(entries.word("severity", List.of("error", "warning"), "error")
                        .toUpperCase(Locale.ROOT)),
                threshold(rule),
                rule == Rule.VOLUME ? null : window(rule),
                entries.text("filter", "deleted_at is null"),
                details(rule));
        return findings.size() == before ? Optional.of(named(check)) : Optional.empty();
    }

    private static Set<String> known(Rule rule) {
        Set<String> known = new TreeSet<>(COMMON);
        known.addAll(Comparison.keys());
        known.addAll(rule.keys());
        if (rule.hasWindow()) {
            known.addAll(List.of("window", TIME_COLUMN));
        }
        if (rule.hasFilter()) {
            known.add("filter");
        }
        // The column it stands under in the file counts for any check that has no other.
        known.add("column");
        return known;
    }

    private Check named(Check check) {
        String given = entries.text("name", "email-missing");
        String name = given.isEmpty() ? entries.text("id", "email-missing") : given;
        String own = name.isEmpty()
                ? String.join(
                        ".",
                        check.columns().isEmpty()
                                ? List.of(check.rule().word())
                                : List.of(
                                        String.join("_", check.columns()),
                                        check.rule().word()))
                : name.toLowerCase(Locale.ROOT).replace(' ', '-');
        if (!NAME.matcher(own).matches()) {
            entries.wrong(
                    given.isEmpty() ? "id" : "name",
                    "the name is '%s'".formatted(name),
                    "it should be of letters, digits and -, as in email-missing");
        }
        return new Check(
                dataset.table() + "." + own,
                check.dataset(),
                check.line(),
                check.rule(),
                check.columns(),
                check.description(),
                check.dimension(),
                check.severity(),
                check.threshold(),
                check.window(),
                check.filter(),
                check.details());
    }

    private Dimension dimension(Rule rule) {
        String otherwise = rule.dimension().map(Dimension::word).orElse("");
        String word = entries.word("dimension", Dimension.words(), otherwise);
        if (word.isEmpty()) {
            entries.wrong(
                    "dimension",
                    "a check '%s' has no dimension".formatted(rule.word()),
                    "it should be one of " + String.join(", ", Dimension.words()));
            return Dimension.VALIDITY;
        }
        return Dimension.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private List<String> columns(Rule rule) {
        List<String> columns = new ArrayList<>();
        String one = entries.text("column", dataset.columns().get(0).name());
        if (rule == Rule.DUPLICATE && entries.has("columns")) {
            columns.addAll(entries.texts("columns", "[sensor_id, measured_at]"));
        } else if (!one.isEmpty()) {
            columns.add(one);
        } else if (rule == Rule.DUPLICATE) {
            columns.addAll(dataset.key());
        }
        boolean needed = rule.keys().contains("column");
        if (needed && columns.isEmpty()) {
            entries.wrong(
                    "column",
                    "a check '%s' has no column".formatted(rule.word()),
                    "for example \"column: %s\""
                            .formatted(dataset.columns().get(0).name()));
        }
        String key = entries.has("columns") ? "columns" : "column";
        columns.replaceAll(name -> entries.column(key, name));
        if (needed && columns.isEmpty()) {
            columns.add("");
        }
        return List.copyOf(columns);
    }

    private Threshold threshold(Rule rule) {
        List<String> given =
                entries.keys().stream().filter(Comparison.keys()::contains).toList();
        if (given.size() > 1) {
            entries.wrong(
                    given.get(1),
                    "the check has two thresholds, '%s' and '%s'".formatted(given.get(0), given.get(1)),
                    "one of them should go; \"mustBeBetween: [1, 10]\" says both ends");
        }
        String unit = unit(rule);
        if (given.isEmpty()) {
            return usual(rule, unit);
        }
        String key = given.get(0);
        Comparison comparison = Comparison.of(key).orElseThrow();
        if (comparison.isRange()) {
            List<BigDecimal> range = entries.range(key);
            return range.isEmpty() ? usual(rule, unit) : new Threshold(comparison, range.get(0), range.get(1), unit);
        }
        BigDecimal number = entries.number(key, "0");
        return number == null ? usual(rule, unit) : Threshold.of(comparison, number, unit);
    }

    private String unit(Rule rule) {
        List<String> units =
                switch (rule) {
                    case FRESHNESS -> List.of("min", "s", "h", "d");
                    case VOLUME -> List.of("percent");
                    case MISSING, INVALID, DUPLICATE, REFERENCE, SQL -> List.of("rows", "percent");
                    default -> List.of("rows");
                };
        String unit = entries.word("unit", units, units.get(0));
        return unit.equals("rows") ? "" : unit;
    }

    private Threshold usual(Rule rule, String unit) {
        return switch (rule) {
            case ROW_COUNT -> Threshold.of(Comparison.GREATER, BigDecimal.ZERO, unit);
            case VOLUME -> new Threshold(Comparison.BETWEEN, HALF_OF_USUAL, TWICE_THE_USUAL, unit);
            case DISTRIBUTION -> Threshold.of(Comparison.LESS, USUAL_SHIFT, unit);
            case FRESHNESS -> promised();
            default -> Threshold.of(Comparison.BE, BigDecimal.ZERO, unit);
        };
    }

    private Threshold promised() {
        Duration freshness = dataset.freshness();
        if (freshness == null) {
            entries.wrong(
                    "rule",
                    "a check 'freshness' has no threshold, and the dataset promises none",
                    "for example \"mustBeLessThan: 10\" with \"unit: min\"");
            return Threshold.of(Comparison.LESS, BigDecimal.ZERO, "s");
        }
        boolean minutes = freshness.toSecondsPart() == 0;
        return Threshold.of(
                Comparison.LESS_OR_EQUAL,
                BigDecimal.valueOf(minutes ? freshness.toMinutes() : freshness.toSeconds()),
                minutes ? "min" : "s");
    }

    private @Nullable Window window(Rule rule) {
        String length = entries.text("window", "24 h");
        String column = entries.column(TIME_COLUMN, entries.text(TIME_COLUMN, "ingested_at"));
        if (length.isEmpty() && rule != Rule.DISTRIBUTION) {
            return column.isEmpty() ? null : new Window(column, Duration.ZERO);
        }
        if (column.isEmpty()) {
            entries.wrong(
                    "window",
                    "the check %s no '%s'".formatted(length.isEmpty() ? "has" : "has a window and", TIME_COLUMN),
                    "for example \"%s: ingested_at\", a column with an index".formatted(TIME_COLUMN));
            return null;
        }
        if (length.equals(Window.NEW) && rule != Rule.DISTRIBUTION) {
            return new Window(column, Duration.ZERO);
        }
        return Window.length(length.isEmpty() ? "1 d" : length)
                .map(found -> new Window(column, found))
                .orElseGet(() -> {
                    entries.wrong(
                            "window",
                            "the window is '%s'".formatted(length),
                            "it should be 24 h, 10 min, 30 s or 7 d, or \"new\" for what came since the last check");
                    return null;
                });
    }

    private Details details(Rule rule) {
        BigDecimal least = entries.number("validMin", "0");
        BigDecimal most = entries.number("validMax", "100");
        List<String> values = entries.texts("validValues", "[Active, Blocked]");
        String pattern = entries.text("pattern", "'^[^@]+@[^@]+$'");
        if (rule == Rule.INVALID && least == null && most == null && values.isEmpty() && pattern.isEmpty()) {
            entries.wrong(
                    "rule",
                    "a check 'invalid' does not say what is valid",
                    "it should have validValues, pattern, validMin or validMax");
        }
        if (least != null && most != null && least.compareTo(most) > 0) {
            entries.wrong("validMin", "validMin is greater than validMax", "the lesser one should be validMin");
        }
        String references = entries.text("references", "users.profile.uid");
        if (rule == Rule.REFERENCE && !REFERENCE.matcher(references).matches()) {
            entries.wrong(
                    "references",
                    references.isEmpty()
                            ? "the check names no column that it refers to"
                            : "'references' is '%s'".formatted(references),
                    "it should be a table and a column, as in \"references: users.profile.uid\"");
        }
        String query = entries.text("query", "select count(*) from {object} where city = ''");
        if (rule == Rule.SQL && query.isEmpty()) {
            entries.wrong(
                    "query",
                    "a check 'sql' has no query",
                    "for example \"query: select count(*) as failed from {object} where city = ''\"");
        }
        String rows = entries.text("rowsAre", "readings");
        return new Details(
                values,
                pattern,
                least,
                most,
                entries.texts("missingValues", "['', n/a]"),
                references,
                entries.column("by", entries.text("by", "sensor_id")),
                rows.isEmpty() ? "rows" : rows,
                period(),
                query);
    }

    private Duration period() {
        String text = entries.text("period", "1 d");
        return Window.length(text.isEmpty() ? "1 d" : text).orElseGet(() -> {
            entries.wrong("period", "the period is '%s'".formatted(text), "it should be 1 d, 1 h or 10 min");
            return Duration.ofDays(1);
        });
    }

    /** The column of a dataset, which the reader has made sure there is. */
    static Column column(Check check, String name) {
        return check.dataset().column(name).orElseThrow();
    }
}
