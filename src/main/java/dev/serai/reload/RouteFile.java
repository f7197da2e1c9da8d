package dev.serai.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One route file with what stands in it. Immutable and thread-safe.
 *
 * @param path relative to the folder: {@code users/users-load.camel.yaml}
 * @param shown as a person would open it
 */
record RouteFile(String path, String shown, String text, YamlNode content) {

    /** Steps that are lists of further steps in other words. */
    private static final List<String> BRANCHES = List.of("when", "doCatch", "onException", "intercept");

    private static final List<String> SINGLE_BRANCHES = List.of("otherwise", "doFinally", "onFallback", "onCompletion");

    private static final Pattern RESOURCE = Pattern.compile("resource:file:(?:\\{\\{routes\\.directory}}/)?(\\S+)");

    /** One step: its word such as {@code setBody}, what is in it, and the line of the word. */
    record Step(String word, YamlNode content, int line) {

        String id() {
            return content.get("id").text();
        }
    }

    /** The entries of one kind: {@code route}, {@code beans}, {@code routeConfiguration}. */
    List<YamlNode> entries(String kind) {
        return content.items().stream()
                .filter(entry -> entry.has(kind))
                .map(entry -> entry.get(kind))
                .toList();
    }

    List<YamlNode> routes() {
        return entries("route");
    }

    /** Names of the beans that the file declares. */
    List<YamlNode> beans() {
        return entries("beans").stream()
                .flatMap(beans -> beans.items().stream())
                .toList();
    }

    /** Whether routes of other files depend on it without naming it. */
    boolean concernsAll() {
        return content.items().stream().anyMatch(entry -> entry.fields().keySet().stream()
                .anyMatch(kind -> !kind.equals("route") && !kind.equals("beans")));
    }

    /** Whether the route waits for others to call it; any other begins by itself. */
    static boolean isCalled(YamlNode route) {
        return uri(route).startsWith("direct:");
    }

    static String uri(YamlNode route) {
        return route.get("from").get("uri").text();
    }

    /** Each step of a route in order, those inside other steps included. */
    static List<Step> steps(YamlNode route) {
        List<Step> steps = new ArrayList<>();
        collect(route.get("from"), steps::add);
        return steps;
    }

    private static void collect(YamlNode node, Consumer<Step> steps) {
        for (YamlNode item : node.get("steps").items()) {
            item.fields().forEach((word, value) -> {
                steps.accept(new Step(word, value, item.line(word)));
                inside(value, steps);
            });
        }
    }

    private static void inside(YamlNode step, Consumer<Step> steps) {
        collect(step, steps);
        for (String branch : BRANCHES) {
            for (YamlNode each : step.get(branch).items()) {
                YamlNode inner = each.has(branch) ? each.get(branch) : each;
                steps.accept(new Step(branch, inner, each.line()));
                inside(inner, steps);
            }
        }
        for (String branch : SINGLE_BRANCHES) {
            if (step.has(branch)) {
                inside(step.get(branch), steps);
            }
        }
    }

    /** The value that a route gives a variable as a constant, if it does. */
    static YamlNode constantVariable(YamlNode route, String name) {
        return steps(route).stream()
                .filter(step -> step.word().equals("setVariable")
                        && step.content().get("name").text().equals(name))
                .map(step -> step.content().get("expression").get("constant").get("expression"))
                .findFirst()
                .orElse(YamlNode.NOTHING);
    }

    /** A file that a route reads when it is made, and the line that names it. */
    record Resource(String path, int line, YamlNode route) {}

    /** The files beside it that its routes read. */
    List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        for (YamlNode route : routes()) {
            route.scalars((field, scalar) -> {
                Matcher resource = RESOURCE.matcher(scalar.text());
                if (resource.matches()) {
                    resources.add(new Resource(resource.group(1), scalar.line(), route));
                }
            });
        }
        return resources;
    }
}
