package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process is killed by SIGKILL at each step of the first sync, again and again; each one goes on after what was loaded. */
@Tag("long")
@WithStack
class CommunityFirstSyncCrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void every_document_is_loaded_once_wherever_the_process_dies(LocalStack stack) throws Exception {
        Map<String, String> settings = Map.of("community.inserts.interval-ms", "100", "community.chunk-size", "3");
        try (CommunityFixture community = new CommunityFixture(stack, settings)) {
            community.hub.stop();
            community.users().insertMany(CommunityKills.users(8));
            community.groups().insertMany(CommunityKills.groups(4));
            community.messages().insertMany(CommunityKills.letters(5));
            CommunityKills kills = new CommunityKills(community, Map.of("landing.pending.min-age-ms", "3600000"));

            kills.beforePut();
            assertThat(landedAndKnown(community)).isEqualTo("0 landed, 0 known");
            kills.afterCommit(1);
            assertThat(landedAndKnown(community)).isEqualTo("1 landed, 3 known");
            kills.afterPut();
            assertThat(landedAndKnown(community)).isEqualTo("2 landed, 3 known");
            kills.beforeCommit();
            assertThat(landedAndKnown(community)).isEqualTo("3 landed, 3 known");
            kills.beforeReading("messages");
            assertThat(landedAndKnown(community)).isEqualTo("7 landed, 12 known");

            community.hub.start();
            await().atMost(PATIENCE).until(() -> landedAndKnown(community).equals("9 landed, 17 known"));
            kills.verifyInTheEnd(1);
            assertThat(
                            community.hub.value(
                                    "select (select count(*) from community.users), (select count(*) from community.invoices), (select count(*) from community.groups), (select count(*) from community.messages)"))
                    .isEqualTo("7|7|4|10");
            assertThat(
                            community.hub.value(
                                    "select sum(inserted), sum(updated), sum(rejected) from ops.load where dataset = 'community.document'"))
                    .isEqualTo("16|0|1");
        }
    }

    private static String landedAndKnown(CommunityFixture community) throws Exception {
        return "%d landed, %s known"
                .formatted(
                        community.hub.keys("community-data").size(),
                        community.hub.value("select count(*) from community.document"));
    }
}
