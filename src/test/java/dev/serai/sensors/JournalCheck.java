package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.archive.Readings;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/** Compares the {@link MixedMessages} that a {@link Journal} has published with what a hub has stored: everything, once. Stateless. */
final class JournalCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int LEAST = 1_000;

    private JournalCheck() {}

    static void requireNothingLost(Hub hub, Journal journal) throws Exception {
        BitSet acknowledged = journal.acknowledged();
        assertThat(acknowledged.cardinality()).isGreaterThan(LEAST);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(missing(acknowledged, stored(hub)))
                .isEmpty());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(missing(acknowledged, inLake(hub, journal)))
                .isEmpty());

        // Each has a value of its own, so a second row of it would have the same.
        assertThat(hub.value("select count(*) - count(distinct value) from sensors.reading"))
                .isEqualTo("0");
        assertThat(hub.value("select count(*) - count(distinct payload) from ops.dead_letter"))
                .isEqualTo("0");
        assertThat(stored(hub).stream().filter(number -> !acknowledged.get(number)))
                .isEmpty();
        new Readings(hub).requireRollupIsRight();
        assertThat(hub.value("select sum(inserted) - (select count(*) from sensors.reading) from ops.load"
                        + " where dataset = 'sensors.reading'"))
                .isEqualTo("0");
    }

    private static List<Integer> missing(BitSet expected, BitSet there) {
        BitSet missing = (BitSet) expected.clone();
        missing.andNot(there);
        return missing.stream().boxed().limit(10).toList();
    }

    /** Readings that are readings, and dead letters that are none. */
    private static BitSet stored(Hub hub) throws Exception {
        BitSet stored = new BitSet();
        for (String number : hub.rows("select value from sensors.reading")) {
            stored.set(Integer.parseInt(number));
            assertThat(MixedMessages.isPoison(Integer.parseInt(number))).isFalse();
        }
        for (String number : hub.rows("select substring(payload::jsonb ->> 'payload' from 'poison (\\d+)')"
                + " from ops.dead_letter where code = 'SENSOR_READING_NOT_JSON'")) {
            stored.set(Integer.parseInt(number));
        }
        return stored;
    }

    private static BitSet inLake(Hub hub, Journal journal) throws Exception {
        BitSet there = new BitSet();
        for (JsonNode line : Lake.of(hub)) {
            String payload = line.get("payload").asText();
            int number = payload.startsWith("poison ")
                    ? Integer.parseInt(payload.substring("poison ".length()))
                    : new ObjectMapper().readTree(payload).get("value").asInt();
            assertThat(payload).isEqualTo(journal.payload(number));
            there.set(number);
        }
        return there;
    }
}
