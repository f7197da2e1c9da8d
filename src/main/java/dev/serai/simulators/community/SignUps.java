package dev.serai.simulators.community;

import com.mongodb.client.model.Filters;
import java.time.Instant;
import java.util.Date;
import org.bson.Document;

/** New users, each with a group that starts on one of the next three Mondays. Not thread-safe. */
final class SignUps {

    private final Community community;
    private final CommunityFactory factory;

    SignUps(Community community, CommunityFactory factory) {
        this.community = community;
        this.factory = factory;
    }

    void signUp(Instant now) {
        Document group = group(factory.groupStart(now));
        community.users().insertOne(factory.user(now, group));
    }

    private Document group(Instant start) {
        Document found = community
                .groups()
                .find(Filters.eq("startDate", Date.from(start)))
                .first();
        if (found != null) {
            return found;
        }
        Document made = factory.group(start);
        community.groups().insertOne(made);
        return made;
    }
}
