package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.api.management.mbean.ManagedProcessorMBean;
import org.apache.camel.api.management.mbean.ManagedRouteMBean;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a pipeline as they run: their steps as a tree, and, where Camel counts them, how many exchanges went
 * through each.
 *
 * <p>Yields {@code {"rows": [{"route", "description", "at", "from", "notes": [["In", …], …], "steps": [{"kind", "id", "text", "count",
 * "failed", "steps"}]}]}}. <br>
 * Source: the running model, addresses with their secrets masked and placeholders left as they are; the notes are the head
 * of the route's file. <br>
 * Errors: none; a pipeline that is not there has no routes. Thread-safe.
 */
public final class RouteDiagrams {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern NOTE = Pattern.compile("# {2,4}(In|Out|Fails) +(.*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z0-9.-]+)}}");
    private static final Pattern MORE = Pattern.compile("# {5,}(\\S.*)");

    private final Supplier<CamelContext> camel;

    public RouteDiagrams(Supplier<CamelContext> camel) {
        this.camel = camel;
    }

    /**
     * Those of one pipeline, its main one first.
     *
     * @param pipeline its name: that of the group, or of the route
     */
    public String of(String pipeline) {
        Model model = camel.get().getCamelContextExtension().getContextPlugin(Model.class);
        @Nullable
        ManagedCamelContext managed =
                camel.get().getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);
        String group = Optional.ofNullable(camel.get().getRoute(pipeline))
                .map(Route::getGroup)
                .orElse(pipeline);
        ArrayNode rows = JSON.arrayNode();
        camel.get().getRoutes().stream()
                .filter(route -> group.equals(route.getGroup()))
                .sorted(Comparator.comparing(
                                (Route route) -> !route.getRouteId().equals(pipeline))
                        .thenComparing(Route::getRouteId))
                .forEach(route -> rows.add(row(route, model.getRouteDefinition(route.getRouteId()), managed)));
        return JSON.objectNode().<ObjectNode>set("rows", rows).toString();
    }

    private static ObjectNode row(Route route, RouteDefinition definition, @Nullable ManagedCamelContext managed) {
        String at = String.valueOf(route.getSourceLocation()).replaceFirst("^file:", "");
        ObjectNode row = JSON.objectNode();
        row.put("route", route.getRouteId())
                .put("description", route.getDescription())
                .put("at", at);
        row.put("from", URISupport.sanitizeUri(definition.getInput().getEndpointUri()));
        row.put(
                "state",
                String.valueOf(route.getCamelContext().getRouteController().getRouteStatus(route.getRouteId())));
        if (managed != null) {
            ManagedRouteMBean counted = managed.getManagedRoute(route.getRouteId());
            if (counted != null) {
                row.put("count", total(counted)).put("failed", failed(counted));
            }
        }
        ArrayNode notes = row.putArray("notes");
        notes(Path.of(at.replaceFirst(":\\d+$", "")))
                .forEach((word, text) -> notes.addArray().add(word).add(resolved(route.getCamelContext(), text)));
        steps(definition.getOutputs(), row.putArray("steps"), managed);
        return row;
    }

    private static void steps(
            List<ProcessorDefinition<?>> definitions, ArrayNode steps, @Nullable ManagedCamelContext managed) {
        for (ProcessorDefinition<?> definition : definitions) {
            if (definition instanceof OnExceptionDefinition) {
                continue; // of the configuration that all routes share
            }
            ObjectNode step = steps.addObject();
            step.put("kind", definition.getShortName()).put("id", definition.getId());
            step.put("text", text(definition));
            count(step, definition, managed);
            if (!definition.getOutputs().isEmpty()) {
                steps(definition.getOutputs(), step.putArray("steps"), managed);
            }
        }
    }

    private static String text(ProcessorDefinition<?> definition) {
        String described = definition.getDescription();
        return described != null ? described : URISupport.sanitizeUri(definition.getLabel());
    }

    private static void count(ObjectNode step, NamedNode definition, @Nullable ManagedCamelContext managed) {
        if (managed == null || definition.getId() == null) {
            return;
        }
        ManagedProcessorMBean counted = managed.getManagedProcessor(definition.getId());
        if (counted != null) {
            try {
                step.put("count", counted.getExchangesTotal()).put("failed", counted.getExchangesFailed());
            } catch (Exception e) {
                throw new IllegalStateException("%s cannot be counted".formatted(definition.getId()), e);
            }
        }
    }

    private static long total(ManagedRouteMBean counted) {
        try {
            return counted.getExchangesTotal();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long failed(ManagedRouteMBean counted) {
        try {
            return counted.getExchangesFailed();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the settings that the text names, as long as they are no secrets. */
    private static String resolved(CamelContext camel, String text) {
        return PLACEHOLDER.matcher(text).replaceAll(name -> {
            boolean secret = name.group(1).matches(".*(password|secret|token).*");
            return Matcher.quoteReplacement(
                    secret ? name.group() : URISupport.sanitizeUri(camel.resolvePropertyPlaceholders(name.group())));
        });
    }

    /** In, Out and Fails of the head of a route's file. */
    private static Map<String, String> notes(Path file) {
        Map<String, String> notes = new LinkedHashMap<>();
        if (!Files.isRegularFile(file)) {
            return notes;
        }
        try {
            String word = "";
            for (String line : Files.readAllLines(file)) {
                if (!line.startsWith("#")) {
                    break;
                }
                Matcher note = NOTE.matcher(line);
                Matcher more = MORE.matcher(line);
                if (note.matches()) {
                    word = note.group(1);
                    notes.put(word, note.group(2));
                } else if (more.matches() && !word.isEmpty()) {
                    notes.merge(word, more.group(1), (before, next) -> before + " " + next);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return notes;
    }
}
