package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked under {@code /api/}, and how each answer is computed.
 *
 * <p>Source: the running routes (path, view, key, file and line) and PostgreSQL's own words about the view (its SQL, its
 * comments, its columns), so that nothing here can become untrue. <br>
 * Errors: {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
public final class Questions {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String VIEWS = """
            select c.relname, obj_description(c.oid) as question, pg_get_viewdef(c.oid, 100) as sql,
                   (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                                                      'meaning', col_description(c.oid, a.attnum)) order by a.attnum)
                    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
            from pg_class c
            where c.relnamespace = 'mart'::regnamespace and c.relkind in ('v', 'm')""";

    private final HikariDataSource page;
    private final Supplier<CamelContext> camel;

    /**
     * One route that answers.
     *
     * @param view empty for an answer that is not the rows of one
     * @param key the parameter in the path, of a view the column that is compared with it; empty for all rows
     * @param type of the content, of what is not the rows of a view
     */
    private record Asked(
            String path, String route, String description, String at, String view, String key, String type) {}

    public Questions(HikariDataSource page, Supplier<CamelContext> camel) {
        this.page = page;
        this.camel = camel;
    }

    /**
     * {@code {"rows": [{"endpoint", "question", "view", "sql", "route", "at", "columns": [{"name", "type", "meaning"}]}],
     * "others": [{"endpoint", "question", "route", "at"}]}}; the others are answered by their route, not by a view.
     */
    public String explain() throws SQLException {
        SortedMap<String, JsonNode> views = views();
        ObjectNode explained = JSON.objectNode();
        ArrayNode rows = explained.putArray("rows");
        ArrayNode others = explained.putArray("others");
        for (Asked asked : asked().values()) {
            if (asked.view().isEmpty()) {
                others.addObject()
                        .put("endpoint", asked.path())
                        .put("question", asked.description())
                        .put("route", asked.route())
                        .put("at", asked.at());
                continue;
            }
            JsonNode view = views.getOrDefault(asked.view(), JSON.objectNode());
            ObjectNode row = rows.addObject();
            row.put("endpoint", asked.path())
                    .put("question", view.path("question").asText());
            row.put("view", "mart." + asked.view()).put("sql", view.path("sql").asText());
            row.put("route", asked.route()).put("at", asked.at());
            row.set("columns", view.path("columns"));
        }
        return explained.toString();
    }

    /** The same as an OpenAPI 3.1 document. */
    public String openApi() throws SQLException {
        SortedMap<String, JsonNode> views = views();
        ObjectNode document = JSON.objectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Serai")
                .put("version", "1")
                .put("description", "One question is one view is one answer. Read only, no login.");
        ObjectNode paths = document.putObject("paths");
        for (Asked asked : asked().values()) {
            JsonNode view = views.getOrDefault(asked.view(), JSON.objectNode());
            ObjectNode get = paths.putObject(asked.path()).putObject("get");
            get.put("operationId", asked.route())
                    .put("summary", view.path("question").asText(asked.description()));
            ArrayNode parameters = get.putArray("parameters");
            if (!asked.key().isEmpty()) {
                parameters
                        .addObject()
                        .put("name", asked.key())
                        .put("in", "path")
                        .put("required", true)
                        .set("schema", text());
            }
            ObjectNode responses = get.putObject("responses");
            ObjectNode content = responses
                    .putObject("200")
                    .put("description", "The rows and the instant they are of")
                    .putObject("content");
            if (asked.view().isEmpty()) {
                content.putObject(asked.type())
                        .putObject("schema")
                        .put("type", asked.type().equals("application/json") ? "object" : "string");
            } else {
                parameters
                        .addObject()
                        .put("name", "format")
                        .put("in", "query")
                        .put("description", "csv for a table with a head line")
                        .set("schema", text().set("enum", JSON.arrayNode().add("csv")));
                content.putObject("application/json").set("schema", answer(view.path("columns")));
                content.putObject("text/csv").set("schema", text());
            }
            responses.putObject("503").put("description", "PostgreSQL does not answer now; error says so");
        }
        return document.toString();
    }

    private static ObjectNode text() {
        return JSON.objectNode().put("type", "string");
    }

    private static ObjectNode answer(JsonNode columns) {
        ObjectNode row = JSON.objectNode().put("type", "object");
        ArrayNode required = row.putArray("required");
        ObjectNode properties = row.putObject("properties");
        for (JsonNode column : columns) {
            String name = column.path("name").asText();
            required.add(name);
            properties.set(
                    name,
                    schema(column.path("type").asText())
                            .put("description", column.path("meaning").asText()));
        }
        row.put("additionalProperties", false);
        ObjectNode answer = JSON.objectNode().put("type", "object");
        answer.putArray("required").add("asOf").add("rows");
        ObjectNode parts = answer.putObject("properties");
        parts.putObject("asOf").put("type", "string").put("format", "date-time");
        parts.putObject("rows").put("type", "array").set("items", row);
        return answer;
    }

    /** How PostgreSQL writes a type as JSON; any column may be null. */
    private static ObjectNode schema(String type) {
        ObjectNode schema = JSON.objectNode();
        String plain = type.replaceAll("\\(.*\\)", "");
        switch (plain) {
            case "smallint", "integer", "bigint" ->
                schema.putArray("type").add("integer").add("null");
            case "numeric", "real", "double precision" ->
                schema.putArray("type").add("number").add("null");
            case "boolean" -> schema.putArray("type").add("boolean").add("null");
            case "timestamp with time zone" -> {
                schema.putArray("type").add("string").add("null");
                schema.put("format", "date-time");
            }
            case "date" -> {
                schema.putArray("type").add("string").add("null");
                schema.put("format", "date");
            }
            case "json", "jsonb" -> {
                // anything
            }
            default -> {
                if (plain.endsWith("[]")) {
                    schema.putArray("type").add("array").add("null");
                } else {
                    schema.putArray("type").add("string").add("null");
                }
            }
        }
        return schema;
    }

    private SortedMap<String, JsonNode> views() throws SQLException {
        SortedMap<String, JsonNode> views = new TreeMap<>();
        try (Connection connection = page.getConnection();
                PreparedStatement statement = connection.prepareStatement(VIEWS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ObjectNode view = JSON.objectNode();
                view.put("question", row.getString("question"));
                view.put("sql", row.getString("sql").strip());
                view.set("columns", MAPPER.readTree(row.getString("columns")));
                views.put(row.getString("relname"), view);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return views;
    }

    private SortedMap<String, Asked> asked() {
        SortedMap<String, Asked> all = new TreeMap<>();
        Model model = camel.get().getCamelContextExtension().getContextPlugin(Model.class);
        for (Route route : camel.get().getRoutes()) {
            RouteDefinition definition = model.getRouteDefinition(route.getRouteId());
            if (definition != null && route.getEndpoint() instanceof PlatformHttpEndpoint endpoint) {
                String view = constant(definition, SetVariableDefinition.class, "view");
                String key = constant(definition, SetVariableDefinition.class, "key");
                String type = constant(definition, SetHeaderDefinition.class, "Content-Type");
                if (view != null || type != null) {
                    all.put(
                            endpoint.getPath(),
                            new Asked(
                                    endpoint.getPath(),
                                    route.getRouteId(),
                                    route.getDescription(),
                                    at(route),
                                    Objects.requireNonNullElse(view, ""),
                                    key == null ? parameter(endpoint.getPath()) : key,
                                    type == null ? "" : type.replaceFirst(";.*", "")));
                }
            }
        }
        return all;
    }

    /** {@code routes/status/api-runs.camel.yaml:7}. */
    private static String at(Route route) {
        String location = String.valueOf(route.getSourceLocation());
        return location.replaceFirst("^file:", "");
    }

    /** The name in braces of a path, empty without one. */
    private static String parameter(String path) {
        return path.contains("{") ? path.replaceFirst(".*\\{(.*)}.*", "$1") : "";
    }

    private static @Nullable String constant(
            RouteDefinition route, Class<? extends ExpressionNode> setter, String name) {
        for (ProcessorDefinition<?> step : route.getOutputs()) {
            if (setter.isInstance(step) && name.equals(named(step))) {
                return ((ExpressionNode) step).getExpression().getExpression();
            }
        }
        return null;
    }

    private static String named(ProcessorDefinition<?> step) {
        return step instanceof SetVariableDefinition variable
                ? variable.getName()
                : step instanceof SetHeaderDefinition header ? header.getName() : "";
    }
}
