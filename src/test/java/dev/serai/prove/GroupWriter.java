package dev.serai.prove;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.bson.types.ObjectId;

/**
 * Writes groups into MongoDB, changes and deletes some, and keeps a journal of what the server has acknowledged. A write that
 * is not acknowledged is done again until it is. Thread-safe. Close after use.
 */
final class GroupWriter implements AutoCloseable {

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int CHANGE_EVERY = 5;
    private static final int DELETE_EVERY = 17;

    private final MongoClient client;
    private final MongoCollection<Document> groups;
    private final Random random;
    private final List<ObjectId> ids = new ArrayList<>();
    private final Map<String, String> coaches = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final Thread thread = new Thread(this::run, "groups");
    private volatile boolean running = true;
    private volatile boolean withNewField;
    private boolean paused = true;
    private int writes;

    GroupWriter(int port, String database, Random random) {
        this.random = random;
        client = MongoClients.create(
                "mongodb://127.0.0.1:%d/?serverSelectionTimeoutMS=2000&socketTimeoutMS=5000".formatted(port));
        groups = client.getDatabase(database).getCollection("groups");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
    }

    void setWithNewField(boolean with) {
        withNewField = with;
    }

    /** Writes so many new groups at once. */
    synchronized void add(int count) {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Document("_id", new ObjectId()).append("healthCoach", "Coach of many " + i));
        }
        groups.insertMany(all);
        all.forEach(group -> {
            ids.add(group.getObjectId("_id"));
            coaches.put(group.getObjectId("_id").toHexString(), group.getString("healthCoach"));
        });
    }

    /** All that was acknowledged; a change counts as the record it changes. */
    synchronized Expected expected() {
        return new Expected(Map.copyOf(coaches), Set.copyOf(coaches.keySet()), Set.of(), Set.copyOf(deleted));
    }

    private void run() {
        while (running) {
            write();
            LockSupport.parkNanos(TICK_NS);
        }
    }

    private synchronized void write() {
        if (paused) {
            return;
        }
        writes++;
        if (writes % DELETE_EVERY == 0 && !ids.isEmpty()) {
            ObjectId id = ids.remove(random.nextInt(ids.size()));
            untilAcknowledged(() -> groups.deleteOne(Filters.eq(id)));
            deleted.add(id.toHexString());
            return;
        }
        boolean change = writes % CHANGE_EVERY == 0 && !ids.isEmpty();
        ObjectId id = change ? ids.get(random.nextInt(ids.size())) : new ObjectId();
        String coach = "Coach " + writes;
        Document group = new Document("_id", id).append("healthCoach", coach);
        if (withNewField) {
            group.append("mood", "good");
        }
        untilAcknowledged(() -> groups.replaceOne(Filters.eq(id), group, new ReplaceOptions().upsert(true)));
        coaches.put(id.toHexString(), coach);
        if (!change) {
            ids.add(id);
        }
    }

    private void untilAcknowledged(Runnable write) {
        while (running) {
            try {
                write.run();
                return;
            } catch (MongoException away) {
                LockSupport.parkNanos(TICK_NS);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        client.close();
    }
}
