package dev.serai.simulators.community;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Lets every user write, at the user's own rate, for the time of one tick after the user's latest message.
 *
 * <p>The messages of a user are one document, made with the first of them. A user writes until the plan is over: else the
 * documents grow beyond what the store takes. Walks the messages in the order of the store and asks for their users by
 * {@code _id}, the only index there is. Not thread-safe.
 */
final class MessageWriter {

    private static final Bson WRITER = Projections.include(
            "groupId", "signUpDate", "fakeDataHelpers", "subscriptions.startDate", "subscriptions.planType.planID");
    /** Smaller than every id that a process of today makes. */
    private static final ObjectId NONE = new ObjectId(new byte[12]);

    private final Community community;
    private final CommunityFactory factory;

    MessageWriter(Community community, CommunityFactory factory) {
        this.community = community;
        this.factory = factory;
    }

    void write(Duration tick) {
        ObjectId newestWriter = append(tick);
        begin(newestWriter, tick);
    }

    /** Appends to the documents there are, and yields the newest user among their writers. */
    private ObjectId append(Duration tick) {
        ObjectId newestWriter = NONE;
        List<Document> batch = new ArrayList<>();
        FindIterable<Document> all = community
                .messages()
                .find()
                .projection(Projections.include("userId", "latestMessageDate"))
                .batchSize(Community.BATCH);
        try (MongoCursor<Document> documents = all.iterator()) {
            while (documents.hasNext()) {
                Document document = documents.next();
                if (document.get("userId") instanceof ObjectId writer && writer.compareTo(newestWriter) > 0) {
                    newestWriter = writer;
                }
                batch.add(document);
                if (batch.size() >= Community.BATCH) {
                    append(batch, tick);
                }
            }
        }
        append(batch, tick);
        return newestWriter;
    }

    private void append(List<Document> batch, Duration tick) {
        Map<Object, Document> writers = writers(batch);
        List<WriteModel<Document>> updates = new ArrayList<>();
        for (Document document : batch) {
            Document writer = writers.get(document.get("userId"));
            if (writer != null && document.get("latestMessageDate") instanceof Date latest) {
                List<Document> messages = messages(writer, latest.toInstant(), tick);
                if (!messages.isEmpty()) {
                    updates.add(new UpdateOneModel<>(
                            Filters.eq(document.get("_id")),
                            Updates.combine(
                                    Updates.pushEach("messages", messages),
                                    Updates.set("latestMessageDate", latest(messages)))));
                }
            }
        }
        save(updates);
        batch.clear();
    }

    /** By their ids; without those that were deleted. */
    private Map<Object, Document> writers(List<Document> batch) {
        List<Object> ids = new ArrayList<>();
        for (Document document : batch) {
            Object id = document.get("userId");
            if (id != null) {
                ids.add(id);
            }
        }
        Map<Object, Document> writers = new HashMap<>();
        community
                .users()
                .find(Filters.in("_id", ids))
                .projection(WRITER)
                .forEach(writer -> writers.put(writer.get("_id"), writer));
        return writers;
    }

    /** The first messages of those who have signed up since the last tick. */
    private void begin(ObjectId newestWriter, Duration tick) {
        List<WriteModel<Document>> inserts = new ArrayList<>();
        FindIterable<Document> newcomers = community
                .users()
                .find(Filters.gt("_id", newestWriter))
                .projection(WRITER)
                .sort(Sorts.ascending("_id"))
                .batchSize(Community.BATCH);
        try (MongoCursor<Document> users = newcomers.iterator()) {
            while (users.hasNext()) {
                Document user = users.next();
                Object group = user.get("groupId");
                if (group != null && user.get("signUpDate") instanceof Date signUp) {
                    List<Document> messages = messages(user, signUp.toInstant(), tick);
                    if (!messages.isEmpty()) {
                        inserts.add(new InsertOneModel<>(factory.messagesDocument(user.get("_id"), group, messages)));
                    }
                }
                if (inserts.size() >= Community.BATCH) {
                    save(inserts);
                }
            }
        }
        save(inserts);
    }

    private List<Document> messages(Document writer, Instant after, Duration tick) {
        Integer perDay = rate(writer);
        boolean over =
                StoredSubscription.of(writer).stream().noneMatch(subscription -> after.isBefore(subscription.end()));
        return perDay == null || over ? List.of() : factory.messages(perDay, after, after.plus(tick));
    }

    private static @Nullable Integer rate(Document writer) {
        return writer.get("fakeDataHelpers") instanceof Document helpers
                        && helpers.get("messagesPerDay") instanceof Integer perDay
                ? perDay
                : null;
    }

    private static Date latest(List<Document> messages) {
        return messages.get(messages.size() - 1).getDate("messageDate");
    }

    /** In order: a document of a newcomer exists before that of the next one, so that none is forgotten after a kill. */
    private void save(List<WriteModel<Document>> writes) {
        if (!writes.isEmpty()) {
            community.messages().bulkWrite(writes, new BulkWriteOptions().ordered(true));
            writes.clear();
        }
    }
}
