package dev.serai.simulators.community;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.Document;

/**
 * Fills a database with a community of any size, for benchmarks: the documents of the simulator, but no history of ticks.
 *
 * <p>Sign-ups are spread evenly over two years that end at {@code now}; every user has the same number of messages, give
 * or take one, from the sign-up on, and the invoices that are due. Needs memory for a batch and the groups. The same
 * arguments give the same documents but for the {@code _id}s, which tell the time they were made at.
 */
public final class CommunityBulk {

    private static final int BATCH = 1_000;
    private static final Duration SPAN = Duration.ofDays(730);
    private static final int MESSAGE_LENGTH = 20;

    private CommunityBulk() {}

    /** Inserts so many documents and messages; the messages are in as many documents as there are users who write. */
    public static void fill(MongoDatabase database, int users, int groups, int messages, Instant now, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CommunityFactory factory =
                new CommunityFactory(new Chance(random), new SequentialIds(InstantSource.system(), random));
        Community community = Community.in(database);
        List<Document> groupsMade = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            groupsMade.add(factory.group(now.minus(SPAN.multipliedBy(groups - i).dividedBy(groups))));
        }
        insert(community.groups(), new ArrayList<>(groupsMade));
        List<Document> userBatch = new ArrayList<>();
        List<Document> messageBatch = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            Instant signUp = now.minus(SPAN.multipliedBy(users - i).dividedBy(users));
            Document group = groupsMade.get((int) ((long) i * groups / users));
            Document user = user(factory, signUp, group, now);
            userBatch.add(user);
            int count = (int) ((i + 1L) * messages / users - (long) i * messages / users);
            if (count > 0) {
                messageBatch.add(
                        factory.messagesDocument(user.get("_id"), group.get("_id"), messages(factory, signUp, count)));
            }
            if (userBatch.size() >= BATCH) {
                insert(community.users(), userBatch);
                insert(community.messages(), messageBatch);
            }
        }
        insert(community.users(), userBatch);
        insert(community.messages(), messageBatch);
    }

    private static Document user(CommunityFactory factory, Instant signUp, Document group, Instant now) {
        Document user = factory.user(signUp, group);
        for (StoredSubscription subscription : StoredSubscription.of(user)) {
            user.get("subscriptions", Document.class)
                    .put("invoices", factory.invoices(subscription.plan(), signUp, subscription.start(), now));
        }
        return user;
    }

    private static List<Document> messages(CommunityFactory factory, Instant signUp, int count) {
        List<Document> messages = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            messages.add(factory.message(signUp.plus(Duration.ofHours(7L * i)), factory.text(MESSAGE_LENGTH)));
        }
        return messages;
    }

    private static void insert(MongoCollection<Document> collection, List<Document> documents) {
        if (!documents.isEmpty()) {
            collection.insertMany(documents, new InsertManyOptions().ordered(false));
            documents.clear();
        }
    }
}
