package dev.serai.simulators.community;

import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Replaces every user's invoices by what is due now, with fresh ids, changed or not.
 *
 * <p>So the arrays shrink when the time of the community has gone back, as it does at a restart. Not thread-safe.
 */
final class InvoiceWriter {

    private final Community community;
    private final CommunityFactory factory;

    InvoiceWriter(Community community, CommunityFactory factory) {
        this.community = community;
        this.factory = factory;
    }

    void replaceAll(Instant now) {
        List<WriteModel<Document>> batch = new ArrayList<>();
        Bson fields = Projections.include("signUpDate", "subscriptions.startDate", "subscriptions.planType.planID");
        try (MongoCursor<Document> users = community
                .users()
                .find()
                .projection(fields)
                .batchSize(Community.BATCH)
                .iterator()) {
            while (users.hasNext()) {
                addTo(batch, users.next(), now);
                if (batch.size() >= Community.BATCH) {
                    write(batch);
                }
            }
        }
        write(batch);
    }

    private void addTo(List<WriteModel<Document>> batch, Document user, Instant now) {
        if (user.get("signUpDate") instanceof Date signUp) {
            for (StoredSubscription subscription : StoredSubscription.of(user)) {
                List<Document> invoices =
                        factory.invoices(subscription.plan(), signUp.toInstant(), subscription.start(), now);
                batch.add(new UpdateOneModel<>(
                        Filters.eq(user.get("_id")), Updates.set(subscription.path() + ".invoices", invoices)));
            }
        }
    }

    private void write(List<WriteModel<Document>> batch) {
        if (!batch.isEmpty()) {
            community.users().bulkWrite(batch, new BulkWriteOptions().ordered(false));
            batch.clear();
        }
    }
}
