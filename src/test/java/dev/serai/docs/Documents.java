package dev.serai.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown files of the project, and what can be read of one. Errors: {@link IOException}. */
final class Documents {

    private static final Set<String> NOT_OURS = Set.of("target", "node_modules");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    private Documents() {}

    static List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = NOT_OURS.contains(name) || name.startsWith(".");
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().toList();
    }

    /** The contents of fenced blocks of that language. */
    static List<String> blocks(String text, String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Everything that is set as code: spans and the lines of shell blocks. */
    static List<String> code(String text) {
        return Stream.concat(spans(text), blocks(text, "sh").stream().flatMap(String::lines))
                .toList();
    }

    static Stream<String> spans(String text) {
        return SPAN.matcher(withoutBlocks(text)).results().map(span -> span.group(1));
    }

    static String withoutBlocks(String text) {
        return BLOCK.matcher(text).replaceAll("");
    }

    /** Words that are meant to be read: without code, links' addresses and HTML. */
    static String prose(String text) {
        return SPAN.matcher(withoutBlocks(text))
                .replaceAll(" ")
                .replaceAll("(?s)<!--.*?-->|<[^>]+>", " ")
                .replaceAll("]\\([^)]*\\)", "] ")
                .replaceAll("https?://\\S+", " ");
    }

    /** The anchors of its headings, as GitHub makes them. */
    static Set<String> anchors(String text) {
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading :
                HEADING.matcher(withoutBlocks(text)).results().toList()) {
            String slug = heading.group(1)
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            String anchor = slug;
            for (int i = 1; !anchors.add(anchor); i++) {
                anchor = slug + "-" + i;
            }
        }
        return anchors;
    }
}
