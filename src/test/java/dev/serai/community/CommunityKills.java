package dev.serai.community;

import static dev.serai.community.CommunityFixture.invoice;
import static dev.serai.community.CommunityFixture.message;
import static dev.serai.community.CommunityFixture.messages;
import static dev.serai.community.CommunityFixture.subscription;
import static dev.serai.community.CommunityFixture.user;
import static dev.serai.faults.KilledHub.Store.MONGO;
import static dev.serai.faults.KilledHub.Store.POSTGRES;
import static dev.serai.faults.KilledHub.Store.S3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.faults.CommitPoint;
import dev.serai.faults.KilledHub;
import dev.serai.faults.PutPoint;
import dev.serai.faults.QueryPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.ObjectId;

/** Kills the hub of a fixture, which is stopped, at the steps of its way from MongoDB to the tables. */
final class CommunityKills {

    private static final String LANDING = "/community-data/raw/";
    private static final String LOAD = "insert into community.document";

    private final CommunityFixture community;
    private final Map<String, String> changes;

    /** @param changes what makes the process read */
    CommunityKills(CommunityFixture community, Map<String, String> changes) {
        this.community = community;
        this.changes = changes;
    }

    void beforePut() throws Exception {
        KilledHub.run(community.hub, changes, S3, kill -> PutPoint.before(LANDING, kill));
    }

    void afterPut() throws Exception {
        KilledHub.run(community.hub, changes, S3, kill -> PutPoint.after(LANDING, kill));
    }

    void beforeCommit() throws Exception {
        KilledHub.run(community.hub, changes, POSTGRES, kill -> CommitPoint.before(LOAD, kill));
    }

    /** @param loads that are committed by then */
    void afterCommit(int loads) throws Exception {
        AtomicInteger commits = new AtomicInteger(loads);
        KilledHub.run(community.hub, changes, POSTGRES, kill -> CommitPoint.after(LOAD, commits, kill));
    }

    /** Also in the middle of things: a collection is read after others have been loaded. */
    void beforeReading(String collection) throws Exception {
        KilledHub.run(community.hub, changes, MONGO, kill -> new QueryPoint(collection, kill));
    }

    /** Users with a subscription and an invoice each, in the order of their ids; the fourth has an age that is none. */
    static List<Document> users(int count) {
        List<Document> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Document user = user(new ObjectId(), subscription(new ObjectId(), "1234", invoice(40 + i, i)));
            users.add(i == 3 ? user.append("age", "old") : user);
        }
        return users;
    }

    static List<Document> groups(int count) {
        List<Document> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(new Document("_id", new ObjectId()).append("healthCoach", "Coach " + i));
        }
        return groups;
    }

    static List<Document> letters(int count) {
        List<Document> letters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            letters.add(messages(new ObjectId(), new ObjectId(), new ObjectId(), message(i, "a"), message(i, "b")));
        }
        return letters;
    }

    /** Everything that was landed is loaded or known to be too old, the book balances, and the tables are the source. */
    void verifyInTheEnd(int deadLetters) throws Exception {
        assertThat(community.catchUp()).last().asString().isEqualTo("landed objects of community: 0 not loaded");
        assertThat(community.hub.value("select count(*) from ops.dead_letter"))
                .as("dead letters")
                .isEqualTo(Integer.toString(deadLetters));
        assertThat(community.hub.value("select count(distinct raw_object) from ops.load"))
                .as("every object")
                .isEqualTo(Integer.toString(community.hub.keys("community-data").size()));
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
        assertThat(
                        community.hub.value(
                                "select count(*) from ops.run where state not in ('running', 'interrupted') and read <> inserted + updated + unchanged + rejected"))
                .isEqualTo("0");
    }
}
