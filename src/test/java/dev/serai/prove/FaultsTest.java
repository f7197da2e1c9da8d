package dev.serai.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of faults, and that the same seed chooses the same combinations. */
class FaultsTest {

    @Test
    void every_fault_has_a_name_of_its_own() {
        List<Fault> faults = Prove.faults(Duration.ofSeconds(1));

        assertThat(faults).hasSizeGreaterThan(60);
        assertThat(faults.stream().map(Fault::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9-]+"));
    }

    @Test
    void every_fault_is_in_the_document_in_the_same_words() throws IOException {
        String document = Files.readString(Path.of("docs/prove.md"));

        for (Fault fault : Prove.faults(Duration.ofSeconds(1))) {
            assertThat(document).contains("| `%s` | %s | ".formatted(fault.name(), fault.says()));
        }
    }

    @Test
    void a_seed_chooses_the_same_combinations_of_faults_at_different_places() {
        List<Fault> faults = Prove.faults(Duration.ofSeconds(1));

        List<List<Fault>> combinations = Combinations.of(faults, 20, 7);

        assertThat(names(Combinations.of(faults, 20, 7))).isEqualTo(names(combinations));
        assertThat(names(Combinations.of(faults, 20, 8))).isNotEqualTo(names(combinations));
        assertThat(combinations).hasSize(20).allSatisfy(combination -> {
            List<Fault.Place> places =
                    new ArrayList<>(combination.stream().map(Fault::place).toList());
            Set<Fault.Place> different = EnumSet.copyOf(places);
            assertThat(places).hasSizeBetween(2, 3).hasSameSizeAs(different);
        });
    }

    private static List<Set<String>> names(List<List<Fault>> combinations) {
        return combinations.stream()
                .map(faults -> faults.stream().map(Fault::name).collect(Collectors.toSet()))
                .toList();
    }
}
