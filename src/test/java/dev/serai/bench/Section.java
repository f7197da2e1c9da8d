package dev.serai.bench;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One benchmark as it was run. Immutable.
 *
 * @param title for a heading
 * @param command that runs it alone
 * @param method what is measured beside what
 * @param lines what it printed
 */
record Section(String title, String command, String method, List<String> lines) {

    /** The first group of a pattern in the first line that has it. */
    Optional<String> find(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return lines.stream()
                .map(compiled::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }
}
