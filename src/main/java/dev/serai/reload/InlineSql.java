package dev.serai.reload;

import dev.serai.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the statements that stand in routes themselves: a body that is set, and then handed to {@code jdbc:}. Pure. */
final class InlineSql {

    private static final Pattern SETTING = Pattern.compile("\\{\\{([^}:?]+)}}");

    /** What is known only when a message is there, with its quotes if it is a text. */
    private static final Pattern EXPRESSION = Pattern.compile("'\\$\\{[^}]*}'|\\$\\{[^}]*}");

    private InlineSql() {}

    /**
     * A statement.
     *
     * @param file as a person would open it
     * @param line where it begins
     * @param sql with settings filled in, and null for each value of a message
     */
    record Statement(String file, int line, String sql) {}

    static List<Statement> of(Collection<RouteFile> parsed, Settings settings) {
        List<Statement> statements = new ArrayList<>();
        for (RouteFile file : parsed) {
            for (YamlNode route : file.routes()) {
                YamlNode body = YamlNode.NOTHING;
                for (RouteFile.Step step : RouteFile.steps(route)) {
                    if (step.word().equals("setBody")) {
                        body = text(step.content().get("expression"));
                    } else if (step.content().get("uri").text().startsWith("jdbc:")) {
                        if (isStatement(body.text(), settings)) {
                            statements.add(new Statement(file.shown(), body.line(), filled(body.text(), settings)));
                        }
                        body = YamlNode.NOTHING;
                    }
                }
            }
        }
        return statements;
    }

    private static YamlNode text(YamlNode expression) {
        YamlNode constant = expression.get("constant").get("expression");
        return constant == YamlNode.NOTHING ? expression.get("simple").get("expression") : constant;
    }

    /** Not one that another file or a variable gives, and none with a setting that there is not. */
    private static boolean isStatement(String text, Settings settings) {
        return !text.isBlank()
                && !text.startsWith("resource:")
                && !text.startsWith("${")
                && SETTING.matcher(text).results().allMatch(setting -> settings.keys()
                        .contains(setting.group(1)));
    }

    private static String filled(String text, Settings settings) {
        String whole =
                SETTING.matcher(text).replaceAll(setting -> Matcher.quoteReplacement(settings.text(setting.group(1))));
        return EXPRESSION.matcher(whole).replaceAll("null");
    }
}
