package dev.serai.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The comparison finds what is lost, double and wrong in records that are made up. */
class ComparisonTest {

    private static final Entry ONE = new Entry("1", "one");
    private static final Entry TWO = new Entry("2", "two");
    private static final Entry BAD = new Entry("3", "bad");
    private static final Set<Entry> RAW = Set.of(ONE, TWO, BAD);

    private final Map<String, String> sent = Map.of("1", "one", "2", "two", "3", "bad");
    private final Expected expected = new Expected(sent, Set.of("1", "2", "3"), Set.of("3"), Set.of());

    private static Tally compare(Expected expected, List<Entry> rows, List<Entry> letters, Set<Entry> raw) {
        return Comparison.of("p", expected, new Found(rows, letters, raw));
    }

    @Test
    void all_is_well() {
        Tally tally = compare(expected, List.of(ONE, TWO), List.of(BAD), RAW);

        assertThat(tally).isEqualTo(new Tally(3, 3, 2, 1, 0, 0, 0, List.of()));
        assertThat(tally.isClean()).isTrue();
    }

    @Test
    void a_record_that_is_nowhere_is_lost_if_it_was_acknowledged() {
        assertThat(compare(expected, List.of(ONE), List.of(BAD), RAW).samples())
                .containsExactly("p: lost 2: in no table and no dead letter");
        assertThat(compare(expected, List.of(ONE, TWO), List.of(), RAW).lost()).isEqualTo(1);
        Expected open = new Expected(sent, Set.of("1", "3"), Set.of("3"), Set.of());
        assertThat(compare(open, List.of(ONE), List.of(BAD), RAW).isClean()).isTrue();
    }

    @Test
    void a_record_that_is_not_in_the_lake_as_it_was_sent_is_lost() {
        assertThat(compare(expected, List.of(ONE, TWO), List.of(BAD), Set.of(ONE, BAD))
                        .samples())
                .containsExactly("p: lost 2: not in the lake as it was sent");
        assertThat(compare(expected, List.of(ONE, TWO), List.of(BAD), Set.of(ONE, BAD, new Entry("2", "zwei")))
                        .lost())
                .isEqualTo(1);
    }

    @Test
    void a_record_that_is_there_twice_is_a_duplicate_wherever_it_is() {
        assertThat(compare(expected, List.of(ONE, ONE, TWO), List.of(BAD), RAW).duplicated())
                .isEqualTo(1);
        assertThat(compare(expected, List.of(ONE, TWO), List.of(BAD, BAD), RAW).duplicated())
                .isEqualTo(1);
        assertThat(compare(expected, List.of(ONE, TWO), List.of(BAD, TWO), RAW).samples())
                .containsExactly("p: wrong 2: good, and a dead letter", "p: duplicated 2: 2 times");
    }

    @Test
    void a_record_that_is_something_else_is_wrong() {
        assertThat(compare(expected, List.of(ONE, new Entry("2", "zwei")), List.of(BAD), RAW)
                        .samples())
                .containsExactly("p: wrong 2: sent two, stored zwei");
        assertThat(compare(expected, List.of(ONE, TWO, new Entry("4", "four")), List.of(BAD), RAW)
                        .samples())
                .containsExactly("p: wrong 4: never sent: four");
        assertThat(compare(expected, List.of(ONE, TWO), List.of(BAD, new Entry("4", "four")), RAW)
                        .wrong())
                .isEqualTo(1);
        assertThat(compare(expected, List.of(ONE, TWO, BAD), List.of(), RAW).wrong())
                .isEqualTo(1);
    }

    @Test
    void what_is_deleted_at_its_source_has_to_be_gone_and_is_not_lost() {
        Expected gone = new Expected(sent, Set.of("1", "2", "3"), Set.of("3"), Set.of("2"));

        assertThat(compare(gone, List.of(ONE), List.of(BAD), RAW).isClean()).isTrue();
        assertThat(compare(gone, List.of(ONE, TWO), List.of(BAD), RAW).samples())
                .containsExactly("p: wrong 2: deleted at its source, and still there");
    }

    @Test
    void what_was_lost_before_counts_once_and_a_complaint_counts_as_wrong() {
        Tally before = compare(expected, List.of(ONE), List.of(BAD), RAW);

        assertThat(before.since(Tally.NOTHING).lost()).isEqualTo(1);
        assertThat(before.since(before).isClean()).isTrue();
        assertThat(before.since(before).withComplaints(List.of("the book")).wrong())
                .isEqualTo(1);
        assertThat(before.plus(before).lost()).isEqualTo(2);
    }
}
