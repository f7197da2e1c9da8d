package dev.serai.bench;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Updates;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;

/** Changes the source, half new users and half other ages, and looks when that can be seen in the tables. For one thread. */
final class CommunityChanges {

    private static final String MARK = "Bench ";
    private static final int PER_SECOND = 50;
    private static final int POLL_MS = 50;

    private final HubProcess hub;
    private final MongoCollection<Document> users;
    private final Map<String, Long> waiting = new HashMap<>();
    private final Map<String, List<Long>> millis = new HashMap<>();

    CommunityChanges(HubProcess hub, MongoDatabase database) {
        this.hub = hub;
        this.users = database.getCollection("users");
    }

    /** Makes so many changes, waits for all of them and prints how long they took. */
    void measure(int changes) throws SQLException {
        // the first sweep of a process that has just started is not what anybody waits for
        hub.await("select count(*) > 1 from ops.run where route = 'community-sweep' and state <> 'running'"
                + " and started_at > now() - interval '10 minutes' and cause = 'schedule'");
        List<Object> existing = new ArrayList<>();
        users.find().projection(new Document("_id", 1)).limit(changes).forEach(user -> existing.add(user.get("_id")));
        for (int i = 0; i < changes; i++) {
            String name = "%s%s %d".formatted(MARK, i % 2 == 0 ? "new" : "changed", i);
            waiting.put(name, System.nanoTime());
            if (i % 2 == 0) {
                users.insertOne(new Document("_id", new ObjectId()).append("lastname", name));
            } else {
                Bson change = Updates.set("lastname", name);
                users.updateOne(new Document("_id", existing.get(i)), change);
            }
            look();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
        }
        while (!waiting.isEmpty()) {
            look();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
        }
        print("new users until visible", millis.getOrDefault("new", List.of()));
        print("changed users until visible", millis.getOrDefault("changed", List.of()));
    }

    private void look() throws SQLException {
        try (PreparedStatement query = hub.connection()
                .prepareStatement(
                        "select last_name from community.users where last_name like ? and changed_at > now() - interval '1 minute'")) {
            query.setString(1, MARK + "%");
            try (ResultSet rows = query.executeQuery()) {
                long now = System.nanoTime();
                while (rows.next()) {
                    String name = rows.getString(1);
                    Long begin = waiting.remove(name);
                    if (begin != null) {
                        millis.computeIfAbsent(name.split(" ", -1)[1], kind -> new ArrayList<>())
                                .add(TimeUnit.NANOSECONDS.toMillis(now - begin));
                    }
                }
            }
        }
    }

    private static void print(String what, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf(
                "%-28s median %,d ms, 99 %% within %,d ms, at most %,d ms, of %d%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.get(sorted.size() - 1),
                sorted.size());
    }
}
