package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import morfologik.speller.Speller;
import morfologik.stemming.Dictionary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Words are spelled as the British dictionary of LanguageTool has them, which the build brings, or as docs/words.txt does.
 *
 * <p>A word of another dictionary of the machine would make the outcome depend on the machine.
 */
class SpellingTest {

    private static final Pattern WORD = Pattern.compile("\\p{L}+(?:['’]\\p{L}+)?");
    private static final String BRITISH = "/org/languagetool/resource/en/hunspell/en_GB.dict";
    private static final Path OWN_WORDS = Path.of("docs/words.txt");

    private static Speller speller;
    private static Set<String> own;

    @BeforeAll
    static void read() throws IOException {
        speller = new Speller(Dictionary.read(SpellingTest.class.getResource(BRITISH)));
        own = new HashSet<>(Files.readAllLines(OWN_WORDS));
    }

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void words_are_in_the_dictionary_or_the_project_s_list(Path document) throws IOException {
        List<String> unknown = new ArrayList<>();
        for (MatchResult found : WORD.matcher(Documents.prose(Files.readString(document)))
                .results()
                .toList()) {
            if (!isKnown(found.group())) {
                unknown.add(found.group());
            }
        }
        assertThat(unknown).as("misspelled, or a term for docs/words.txt").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"recieve", "seperate", "color", "teh", "Occured", "postgre"})
    void a_word_that_is_misspelled_is_found(String word) {
        assertThat(isKnown(word)).isFalse();
    }

    @Test
    void the_project_s_list_is_sorted_and_has_only_what_the_dictionary_lacks_and_documents_use() throws IOException {
        assertThat(Files.readAllLines(OWN_WORDS)).isEqualTo(List.copyOf(new TreeSet<>(own)));
        Set<String> used = new HashSet<>();
        for (Path document : documents()) {
            WORD.matcher(Documents.prose(Files.readString(document)))
                    .results()
                    .forEach(found -> used.add(plain(found.group())));
        }
        assertThat(used).containsAll(own);
        assertThat(own).noneMatch(SpellingTest::isInDictionary);
    }

    private static boolean isKnown(String word) {
        String plain = plain(word);
        return plain.length() < 3 || own.contains(plain) || isInDictionary(word.replace('’', '\''));
    }

    /** Also the first word of a sentence, and the genitive. */
    private static boolean isInDictionary(String word) {
        String owner = word.replaceFirst("'s$", "");
        return speller.isInDictionary(word)
                || speller.isInDictionary(owner)
                || speller.isInDictionary(owner.toLowerCase(Locale.ROOT));
    }

    private static String plain(String word) {
        return word.replace('’', '\'').toLowerCase(Locale.ROOT).replaceFirst("'s$", "");
    }
}
