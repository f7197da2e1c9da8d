package dev.serai.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue as one HTML file that needs nothing else, so that it can be mailed. Pure. */
final class CataloguePage {

    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
            h2 { margin-top: 2.5rem; text-transform: capitalize; }
            article { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
            h3 { margin: .5rem 0 0; }
            h3 code { font-weight: normal; margin-left: .5rem; }
            dl { display: grid; grid-template-columns: 9rem 1fr; gap: .1rem 1rem; }
            dt { opacity: .75; }
            dd { margin: 0; overflow-wrap: anywhere; }
            table { border-collapse: collapse; width: 100%; font-size: .9rem; }
            th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid #8883; }
            .wide { overflow-x: auto; }
            summary { cursor: pointer; }
            @media print { details { display: block; } }
            """;

    private final StringBuilder html = new StringBuilder();

    private CataloguePage() {}

    static String of(JsonNode catalogue) {
        return new CataloguePage().page(catalogue);
    }

    private String page(JsonNode catalogue) {
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Serai: what data there are</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>What data there are</h1>\n<p>")
                .append(catalogue.get("rows").size())
                .append(" tables and views, as of ");
        text(catalogue.get("asOf").asText());
        html.append(". Numbers of rows are estimates.</p>\n");
        Map<String, StringBuilder> contents = new TreeMap<>();
        catalogue.get("rows").forEach(row -> contents.computeIfAbsent(
                        row.get("pipeline").asText(), pipeline -> new StringBuilder())
                .append("<li><a href=\"#%1$s\">%2$s</a> <code>%1$s</code></li>\n"
                        .formatted(
                                escaped(row.get("dataset").asText()),
                                escaped(row.get("title").asText()))));
        html.append("<nav>\n");
        contents.forEach((pipeline, items) -> html.append("<details><summary>")
                .append(escaped(pipeline))
                .append("</summary><ul>\n")
                .append(items)
                .append("</ul></details>\n"));
        html.append("</nav>\n");
        contents.keySet().forEach(pipeline -> {
            html.append("<section>\n<h2>").append(escaped(pipeline)).append("</h2>\n");
            catalogue.get("rows").forEach(row -> {
                if (row.get("pipeline").asText().equals(pipeline)) {
                    article(row);
                }
            });
            html.append("</section>\n");
        });
        return html.append("</body>\n</html>\n").toString();
    }

    private void article(JsonNode row) {
        String name = row.get("dataset").asText();
        html.append("<article id=\"").append(escaped(name)).append("\">\n<h3>");
        text(row.get("title").asText());
        html.append("<code>").append(escaped(name)).append("</code></h3>\n<p>");
        text(row.get("description").asText());
        html.append("</p>\n<dl>\n");
        term("One row is", row.get("oneRowIs"));
        term("For", row.get("purpose"));
        term("Use", row.get("usage"));
        term("Mind", row.get("limitations"));
        term("Owner", row.get("owner"));
        term("Source", row.get("source"));
        term("Comes", row.get("schedule"));
        if (row.get("freshnessSeconds").isNumber()) {
            term(
                    "Freshness",
                    "the newest row is at most %s old"
                            .formatted(words(row.get("freshnessSeconds").asLong())));
        }
        term("Rows", row.get("rows"));
        term("Last load", row.get("lastLoadAt"));
        html.append("</dl>\n");
        columns(row.get("columns"));
        checks(row.get("checks"));
        lineage(row.get("lineage"));
        html.append("</article>\n");
    }

    private void term(String term, JsonNode value) {
        if (!value.isNull() && !value.asText().isEmpty()) {
            term(term, value.asText());
        }
    }

    private void term(String term, String value) {
        html.append("<dt>")
                .append(escaped(term))
                .append("</dt><dd>")
                .append(escaped(value))
                .append("</dd>\n");
    }

    private void columns(JsonNode columns) {
        html.append("<details><summary>%d columns</summary><div class=\"wide\"><table>\n".formatted(columns.size()))
                .append(
                        "<tr><th>Column</th><th>Meaning</th><th>Unit</th><th>Values</th><th>Type</th><th>Sensitivity</th></tr>\n");
        for (JsonNode column : columns) {
            html.append("<tr>");
            cell(column.get("name").asText() + (column.get("primaryKey").asBoolean() ? " (key)" : ""));
            cell(column.get("description").asText());
            cell(column.get("unit").asText());
            StringBuilder values = new StringBuilder();
            column.get("allowedValues").forEach(value -> values.append(values.length() == 0 ? "" : ", ")
                    .append(value.asText()));
            column.get("options").properties().forEach(option -> values.append(values.length() == 0 ? "" : ", ")
                    .append(option.getKey())
                    .append(' ')
                    .append(option.getValue().asText()));
            cell(values.toString());
            cell(column.get("type").asText() + (column.get("required").asBoolean() ? ", always there" : ""));
            cell(column.get("classification").asText());
            html.append("</tr>\n");
        }
        html.append("</table></div></details>\n");
    }

    private void checks(JsonNode checks) {
        html.append("<details><summary>%d checks</summary><ul>\n".formatted(checks.size()));
        for (JsonNode check : checks) {
            StringBuilder words = new StringBuilder(check.path("rule").asText());
            check.properties().stream()
                    .filter(entry -> !entry.getKey().matches("rule|line|query"))
                    .forEach(entry -> words.append(", ")
                            .append(entry.getKey())
                            .append(": ")
                            .append(
                                    entry.getValue().isValueNode()
                                            ? entry.getValue().asText()
                                            : entry.getValue().toString()));
            html.append("<li>").append(escaped(words.toString())).append("</li>\n");
        }
        html.append("</ul></details>\n");
    }

    private void lineage(JsonNode lineage) {
        int links = lineage.get("upstream").size() + lineage.get("downstream").size();
        if (links == 0) {
            return;
        }
        html.append("<details><summary>Where it comes from and goes to</summary><ul>\n");
        lineage.get("upstream").forEach(this::link);
        lineage.get("downstream").forEach(this::link);
        html.append("</ul></details>\n");
    }

    private void link(JsonNode link) {
        html.append("<li><code>")
                .append(escaped(link.get("from").asText()))
                .append("</code> → <code>")
                .append(escaped(link.get("to").asText()))
                .append("</code></li>\n");
    }

    private void cell(String text) {
        html.append("<td>");
        text(text);
        html.append("</td>");
    }

    private void text(String text) {
        html.append(escaped(text));
    }

    private static String words(long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        return seconds % 3600 == 0
                ? duration.toHours() + " h"
                : seconds % 60 == 0 ? duration.toMinutes() + " min" : seconds + " s";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
