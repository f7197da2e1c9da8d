package dev.serai.reload;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds notations that the schema allows and that an editor of routes such as Kaoto writes back as another one: files keep to
 * those that stay as they are. Pure.
 */
final class NotationCheck {

    private NotationCheck() {}

    static List<Finding> check(RouteFile file) {
        List<Finding> findings = new ArrayList<>();
        for (YamlNode entry : file.content().items()) {
            if (entry.has("from")) {
                findings.add(new Finding(
                        file.shown(),
                        entry.line("from"),
                        "'from' stands without its route",
                        "in the explicit notation it is below one: \"- route: {id: %s, …, from: {uri: …, steps: [ … ]}}\""
                                .formatted(RouteFiles.nameOf(file.path()))));
            }
        }
        for (YamlNode route : file.routes()) {
            options(file, route.get("from"), findings);
            RouteFile.steps(route).forEach(step -> options(file, step.content(), findings));
        }
        return findings;
    }

    private static void options(RouteFile file, YamlNode endpoint, List<Finding> findings) {
        String uri = endpoint.get("uri").text();
        int query = uri.indexOf('?');
        if (query >= 0) {
            findings.add(new Finding(
                    file.shown(),
                    endpoint.line("uri"),
                    "the options of '%s' stand in its uri".formatted(uri.substring(0, query)),
                    "in the explicit notation they stand below it: \"parameters: {%s}\""
                            .formatted(
                                    uri.substring(query + 1).replace("=", ": ").replace("&", ", "))));
        }
    }
}
