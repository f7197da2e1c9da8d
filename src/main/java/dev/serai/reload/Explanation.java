package dev.serai.reload;

import dev.serai.settings.NearestName;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What would be right where Camel says only what is wrong. Pure. */
final class Explanation {

    private static final Pattern NO_BEAN = Pattern.compile("No bean could be found in the registry for: (\\S+)");
    private static final Pattern NO_METHOD =
            Pattern.compile("Method with name: (\\w+).* not found on bean: .* of type: ([\\w.$]+)");

    private Explanation() {}

    static String of(String message, Collection<String> beans) {
        if (message.contains("ClassNotFoundException")) {
            return "a type is the full name of a class of this installation, such as dev.serai.batch.DeclaredRecords";
        }
        if (message.contains("FileNotFound") || message.contains("Cannot find resource")) {
            return "a file beside it is named \"resource:file:{{routes.directory}}/users/load-users.sql\"";
        }
        return missing(message, beans).or(() -> method(message)).orElseGet(() -> elsewhere(message));
    }

    /** The bean that was probably meant. */
    static Optional<String> missing(String message, Collection<String> beans) {
        Matcher bean = NO_BEAN.matcher(message);
        return bean.find()
                ? Optional.of(NearestName.of(bean.group(1), beans)
                        .map("did you mean '%s'?"::formatted)
                        .orElse("there are " + String.join(", ", beans)))
                : Optional.empty();
    }

    private static Optional<String> method(String message) {
        Matcher method = NO_METHOD.matcher(message);
        if (!method.find()) {
            return Optional.empty();
        }
        try {
            Collection<String> names = Arrays.stream(
                            Class.forName(method.group(2)).getMethods())
                    .filter(each -> each.getDeclaringClass() != Object.class)
                    .map(Method::getName)
                    .sorted()
                    .distinct()
                    .toList();
            return Optional.of(NearestName.of(method.group(1), names)
                    .map("did you mean '%s'?"::formatted)
                    .orElse("it has " + String.join(", ", names)));
        } catch (ClassNotFoundException e) {
            return Optional.empty(); // a generated class; what Camel says has to do
        }
    }

    private static String elsewhere(String message) {
        return message.contains("syntax") || message.contains("unction") || message.contains("redicate")
                ? "an expression is for example ${body}, ${variable.pipeline} or ${header.name}"
                : "the same step in another file of routes/ shows how, and https://camel.apache.org/components/4.18.x/";
    }
}
