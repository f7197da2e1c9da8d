package dev.serai.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.settings.NearestName;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.dsl.yaml.common.YamlSupport;
import org.quartz.CronExpression;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Asks each component whether an endpoint is right: the address and each of its options. For one check and one thread.
 *
 * <p>Makes the endpoint in a context that starts nothing, so nobody is called.
 */
final class Endpoints {

    private static final String SERVICES = "META-INF/services/org/apache/camel/component/";
    private static final Pattern UNKNOWN = Pattern.compile("Unknown parameters=\\[\\{(.*)}]");
    private static final Pattern NAME = Pattern.compile("(?:^|, )([^=,]+)=");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext camel;
    private final Set<String> beans;
    private final Set<String> components = components();

    /** @param beans names of beans that there are */
    Endpoints(CamelContext camel, Set<String> beans) {
        this.camel = camel;
        this.beans = beans;
    }

    /** What is wrong with the endpoints that a file names. */
    List<Finding> check(RouteFile file) {
        List<Finding> findings = new ArrayList<>();
        for (YamlNode route : file.routes()) {
            check(file, route.get("from"), findings);
            RouteFile.steps(route).stream()
                    .map(RouteFile.Step::content)
                    .filter(step -> step.has("uri"))
                    .forEach(step -> check(file, step, findings));
        }
        return findings;
    }

    private void check(RouteFile file, YamlNode endpoint, List<Finding> findings) {
        String given = endpoint.get("uri").text();
        if (given.contains("${") || given.isBlank()) {
            return; // known only when a message is there
        }
        int line = endpoint.line("uri");
        try {
            String uri = camel.resolvePropertyPlaceholders(given);
            String scheme = uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
            if (camel.getComponent(scheme, true, false) == null) {
                findings.add(new Finding(
                        file.shown(), line, "there is no component '%s'".formatted(scheme), nearestComponent(scheme)));
                return;
            }
            camel.getEndpoint(withParameters(given, endpoint.get("parameters")));
            if (scheme.equals("quartz")) {
                cron(file, endpoint.get("parameters"), findings);
            }
        } catch (Exception e) {
            findings.addAll(explained(file, endpoint, given, e));
        }
    }

    /** The one option that its component looks at only when it starts. */
    private void cron(RouteFile file, YamlNode parameters, List<Finding> findings) {
        String cron = camel.resolvePropertyPlaceholders(parameters.get("cron").text());
        if (!cron.isEmpty() && !CronExpression.isValidExpression(cron)) {
            findings.add(new Finding(
                    file.shown(),
                    parameters.line("cron"),
                    "'cron' cannot be \"%s\"".formatted(cron),
                    "it is second minute hour day month weekday, such as \"0 0/2 * * * ?\" (every 2 minutes)"));
        }
    }

    /** As the YAML DSL puts the two together. */
    private String withParameters(String uri, YamlNode parameters) {
        Map<String, Object> options = new LinkedHashMap<>();
        parameters.fields().forEach((name, value) -> options.put(name, value.text()));
        Node nowhere = new ScalarNode(Tag.STR, uri, ScalarStyle.PLAIN);
        return YamlSupport.createEndpointUri(camel, nowhere, uri, options);
    }

    private List<Finding> explained(RouteFile file, YamlNode endpoint, String uri, Exception e) {
        String message = Causes.root(e);
        Matcher unknown = UNKNOWN.matcher(Causes.all(e));
        List<Finding> findings = new ArrayList<>();
        if (unknown.find()) {
            Matcher name = NAME.matcher(unknown.group(1));
            while (name.find()) {
                String option = name.group(1);
                findings.add(new Finding(
                        file.shown(),
                        lineOf(endpoint, option),
                        "'%s' has no option '%s'".formatted(uri, option),
                        nearestOption(uri, option)));
            }
        }
        if (findings.isEmpty()) {
            YamlNode named = Causes.named(endpoint, message);
            findings.add(new Finding(
                    file.shown(),
                    named == YamlNode.NOTHING ? endpoint.line("uri") : named.line(),
                    "'%s' cannot be used: %s".formatted(uri, message),
                    Explanation.missing(message, beans)
                            .orElseGet(() ->
                                    "its options are described at https://camel.apache.org/components/4.18.x/%s-component.html"
                                            .formatted(scheme(uri)))));
        }
        return findings;
    }

    private static int lineOf(YamlNode endpoint, String option) {
        YamlNode parameters = endpoint.get("parameters");
        return parameters.has(option) ? parameters.line(option) : endpoint.line("uri");
    }

    private String scheme(String uri) {
        String resolved = camel.resolvePropertyPlaceholders(uri);
        return resolved.contains(":") ? resolved.substring(0, resolved.indexOf(':')) : resolved;
    }

    private String nearestComponent(String scheme) {
        return NearestName.of(scheme, components)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> "there are " + String.join(", ", components));
    }

    private String nearestOption(String uri, String option) {
        Set<String> known = options(scheme(uri));
        Optional<String> nearest = NearestName.of(option, known);
        return nearest.map("did you mean '%s'?"::formatted)
                .orElseGet(() -> "it has %s".formatted(known.isEmpty() ? "none" : String.join(", ", known)));
    }

    /** The options that a component's own description lists. */
    private Set<String> options(String scheme) {
        Set<String> options = new TreeSet<>();
        try {
            String description = ((CatalogCamelContext) camel).getComponentParameterJsonSchema(scheme);
            JsonNode properties =
                    JSON.readTree(description == null ? "{}" : description).path("properties");
            properties.properties().forEach(property -> {
                if (property.getValue().path("kind").asText().equals("parameter")) {
                    options.add(property.getKey());
                }
            });
        } catch (IOException e) {
            return options; // only the suggestion is missing, the finding is there
        }
        return options;
    }

    /** The components of this installation. */
    private static Set<String> components() {
        Set<String> names = new TreeSet<>();
        try {
            for (URL place : Collections.list(Endpoints.class.getClassLoader().getResources(SERVICES))) {
                if (place.openConnection() instanceof JarURLConnection jar) {
                    jar.getJarFile().stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.startsWith(SERVICES) && name.length() > SERVICES.length())
                            .forEach(name -> names.add(name.substring(SERVICES.length())));
                }
            }
        } catch (IOException e) {
            return names; // only suggestions need them
        }
        return names;
    }
}
