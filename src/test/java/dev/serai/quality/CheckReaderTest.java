package dev.serai.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.reload.Finding;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check in a dataset file means, and what is said about a mistake in it. */
class CheckReaderTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {rule: mising, column: value}                        | there is no rule 'mising'                            | did you mean 'missing'?
            {column: value}                                      | the check has no rule                                | it should be one of row_count, missing, invalid
            {rule: missing, column: value, severty: error}       | a check 'missing' has no key 'severty'               | did you mean 'severity'?
            {rule: missing, column: valu}                        | t.reading has no column 'valu'                       | did you mean 'value'?
            {rule: missing}                                      | a check 'missing' has no column                      | for example "column: id"
            {rule: missing, column: value, severity: eror}       | 'severity' is 'eror'                                 | did you mean 'error'?
            {rule: missing, column: value, dimension: speed}     | 'dimension' is 'speed'                               | it should be one of completeness
            {rule: missing, column: value, mustBe: none}         | 'mustBe' is no number, was 'none'                    | for example "mustBe: 0"
            {rule: missing, column: value, mustBe: 0, mustBeLessThan: 5} | the check has two thresholds, 'mustBe' and 'mustBeLessThan' | one of them should go
            {rule: missing, column: value, mustBeBetween: [5, 1]}| 'mustBeBetween' is '[5, 1]'                          | two numbers, the lesser first
            {rule: missing, column: value, unit: percents}       | 'unit' is 'percents'                                 | did you mean 'percent'?
            {rule: missing, column: value, window: 24 h}         | the check has a window and no 'timeColumn'           | "timeColumn: ingested_at"
            {rule: missing, column: value, window: a day, timeColumn: measured_at} | the window is 'a day'              | it should be 24 h
            {rule: missing, column: value, validMax: 5}          | a check 'missing' has no key 'validMax'              | there are
            {rule: invalid, column: value}                       | a check 'invalid' does not say what is valid         | validValues, pattern, validMin or validMax
            {rule: invalid, column: value, validMin: 5, validMax: 1} | validMin is greater than validMax                | the lesser one should be validMin
            {rule: reference, column: place}                     | the check names no column that it refers to          | "references: users.profile.uid"
            {rule: reference, column: place, references: place}  | 'references' is 'place'                              | a table and a column
            {rule: duplicate, columns: [sensor, measuredat]}     | t.reading has no column 'measuredat'                 | did you mean 'measured_at'?
            {rule: volume, column: measured_at, period: weekly}  | the period is 'weekly'                               | it should be 1 d, 1 h or 10 min
            {rule: distribution, column: value}                  | the check has no 'timeColumn'                        | a column with an index
            {rule: sql, query: select 1}                         | a check 'sql' has no dimension                       | it should be one of completeness
            {rule: sql, dimension: validity}                     | a check 'sql' has no query                           | for example "query: select
            {rule: missing, column: value, name: Über}           | the name is 'Über'                                   | as in email-missing
            """)
    void a_mistake_is_named_with_file_line_key_and_what_would_be_right(String check, String wrong, String right)
            throws IOException {
        List<Finding> findings = ReadingsFile.findings(directory, "{rule: row_count}", check);

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.file()).endsWith(ReadingsFile.FILE);
            assertThat(finding.line()).isEqualTo(ReadingsFile.FIRST_LINE + 1);
            assertThat(finding.wrong()).isEqualTo(wrong);
            assertThat(finding.right()).contains(right);
        });
    }

    @Test
    void two_checks_cannot_have_one_name() throws IOException {
        String check = "{rule: invalid, column: value, validMin: %d}";

        assertThat(ReadingsFile.findings(directory, check.formatted(0), check.formatted(1)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.wrong()).isEqualTo("a second check has the name 't.reading.value.invalid'");
                    assertThat(finding.right()).contains("name: invalid-2");
                });
    }

    @Test
    void what_a_check_does_not_say_is_what_is_usual() throws IOException {
        Check check = ReadingsFile.check(directory, "{rule: freshness, column: measured_at}");

        assertThat(check.id()).isEqualTo("t.reading.measured_at.freshness");
        assertThat(check.dimension()).isEqualTo(Dimension.TIMELINESS);
        assertThat(check.severity()).isEqualTo(Check.Severity.ERROR);
        assertThat(check.threshold()).hasToString("must be at most 10 min");
        assertThat(check.at()).endsWith(ReadingsFile.FILE + ":" + ReadingsFile.FIRST_LINE);
        assertThat(ReadingsFile.check(directory, "{rule: duplicate}").columns()).containsExactly("id");
        assertThat(ReadingsFile.check(directory, "{rule: distribution, column: value, timeColumn: measured_at}")
                        .rows())
                .contains(new Window("measured_at", Duration.ofDays(1)));
        assertThat(ReadingsFile.check(directory, "{rule: missing, column: value, timeColumn: measured_at}")
                        .rows())
                .hasValueSatisfying(window -> assertThat(window.isNew()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            mustBe: 3                    | 3         | 2, 4
            mustNotBe: 3                 | 2, 4      | 3
            mustBeGreaterThan: 3         | 4         | 3
            mustBeGreaterOrEqualTo: 3    | 3         | 2
            mustBeLessThan: 3            | 2         | 3
            mustBeLessOrEqualTo: 3       | 3         | 4
            mustBeBetween: [1, 3]        | 1, 3      | 0, 4
            mustNotBeBetween: [1, 3]     | 0, 4      | 1, 3
            """)
    void a_threshold_is_met_by_the_numbers_it_says(String threshold, String met, String missed) throws IOException {
        Threshold read = ReadingsFile.check(directory, "{rule: row_count, %s}".formatted(threshold))
                .threshold();

        for (String number : met.split(", ", -1)) {
            assertThat(read.isMet(new BigDecimal(number))).as(number).isTrue();
        }
        for (String number : missed.split(", ", -1)) {
            assertThat(read.isMet(new BigDecimal(number))).as(number).isFalse();
        }
    }
}
