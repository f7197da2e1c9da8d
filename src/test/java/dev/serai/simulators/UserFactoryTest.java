package dev.serai.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UserFactoryTest {

    private static final Path SAMPLES = Path.of("../shared/fixtures/users");

    private final List<ObjectNode> users = new UserFactory(new SplittableRandom(7)).users(2_000);

    @Test
    void a_seed_repeats_and_another_one_differs() {
        assertThat(new UserFactory(new SplittableRandom(7)).users(2_000)).isEqualTo(users);
        assertThat(new UserFactory(new SplittableRandom(8)).users(2_000)).doesNotContainAnyElementsOf(users);
    }

    @Test
    void ids_repeat_and_uids_do_not() {
        assertThat(users).extracting(user -> user.path("id").intValue()).allMatch(id -> id >= 0 && id <= 9_999);
        assertThat(users.stream().map(user -> user.path("id")).distinct()).hasSizeLessThan(users.size());
        assertThat(users)
                .extracting(user -> user.path("uid").textValue())
                .doesNotHaveDuplicates()
                .allMatch(uid -> uid.matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    }

    @Test
    void the_traps_of_the_real_source_are_there() {
        assertThat(users).anyMatch(user -> user.path("email").textValue().contains("'"));
        assertThat(users).extracting(user -> zip(user)).allMatch(zip -> zip.matches("[0-9]{5}(-[0-9]{4})?"));
        assertThat(users).anyMatch(user -> zip(user).startsWith("0"));
        assertThat(users).anyMatch(user -> zip(user).contains("-"));
        assertThat(users.stream().map(user -> user.path("gender").textValue()).distinct())
                .hasSize(8);
        assertThat(users)
                .extracting(user -> user.path("date_of_birth").textValue())
                .allMatch(date -> date.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
    }

    @Test
    void every_field_has_the_name_and_type_of_the_recorded_ones() throws IOException {
        assumeTrue(Files.isDirectory(SAMPLES), "recorded answers are not here: " + SAMPLES);
        ObjectMapper json = new ObjectMapper();
        JsonNode recorded = json.readTree(SAMPLES.resolve("users-20.json").toFile());
        assertThat(recorded).hasSize(20);
        assertThat(recorded).allSatisfy(user -> assertThat(shape(user)).isEqualTo(shape(users.get(0))));
        assertThat(shape(
                        json.readTree(SAMPLES.resolve("user-single-object.json").toFile())))
                .isEqualTo(shape(users.get(0)));
        assertThat(users).allSatisfy(user -> assertThat(shape(user)).isEqualTo(shape(users.get(0))));
    }

    private static String zip(JsonNode user) {
        return user.at("/address/zip_code").textValue();
    }

    /** Pointer to type: {@code /address/coordinates/lat} to {@code NUMBER}. */
    private static TreeMap<String, String> shape(JsonNode node) {
        TreeMap<String, String> types = new TreeMap<>();
        collect("", node, types);
        return types;
    }

    private static void collect(String pointer, JsonNode node, TreeMap<String, String> types) {
        types.put(pointer, node.getNodeType().name());
        node.properties().forEach(field -> collect(pointer + "/" + field.getKey(), field.getValue(), types));
    }
}
