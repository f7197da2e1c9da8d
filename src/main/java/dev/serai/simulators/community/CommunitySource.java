package dev.serai.simulators.community;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.random.RandomGenerator;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The community, played second by second: users sign up, and at every tick everybody writes and is invoiced.
 *
 * <p>A second of {@link #second()} is one real second; when it is called is up to the caller. Its time begins at the start
 * date, or goes on from the newest sign-up when there are users already: a little before where it was when it was stopped,
 * so that invoices that were due in between vanish until they are due again. <br>
 * Errors: {@code MongoException}; a second that failed has not passed and may be tried again. What it had written by then
 * stays. <br>
 * The same seed, clock and calls on the same database give the same documents. Not thread-safe.
 */
public final class CommunitySource {

    private final CommunityPace pace;
    private final Community community;
    private final Chance chance;
    private final SignUps signUps;
    private final InvoiceWriter invoices;
    private final MessageWriter messages;
    private final CommunityDefects defects;
    private @Nullable Instant origin;
    private long seconds;

    /**
     * Reads and writes nothing yet.
     *
     * @param clock what the ids of the documents are made of; the time of the community does not depend on it
     */
    public CommunitySource(MongoDatabase database, CommunityPace pace, RandomGenerator random, InstantSource clock) {
        this.pace = pace;
        community = Community.in(database);
        chance = new Chance(random);
        CommunityFactory factory = new CommunityFactory(chance, new SequentialIds(clock, random));
        signUps = new SignUps(community, factory);
        invoices = new InvoiceWriter(community, factory);
        messages = new MessageWriter(community, factory);
        defects = new CommunityDefects(community, factory, chance);
    }

    /** Lets one real second pass. */
    public void second() {
        Instant start = origin();
        long next = seconds + 1;
        Instant now = start.plus(pace.scaled(next));
        int newcomers = chance.poisson(pace.signUpsPerSecond());
        if (newcomers > 0 && !pace.isFull(community.users().estimatedDocumentCount())) {
            for (int i = 0; i < newcomers; i++) {
                signUps.signUp(now);
            }
        }
        if (next % pace.secondsBetweenTicks() == 0) {
            tick(now);
        }
        seconds = next;
    }

    /** Lets many real seconds pass. */
    public void seconds(int count) {
        for (int i = 0; i < count; i++) {
            second();
        }
    }

    /** What the source does wrong on request. */
    public CommunityDefects defects() {
        return defects;
    }

    /** The time of the community. */
    public Instant now() {
        return origin().plus(pace.scaled(seconds));
    }

    private void tick(Instant now) {
        Duration length = pace.scaled(pace.secondsBetweenTicks());
        messages.write(length);
        invoices.replaceAll(now);
    }

    private Instant origin() {
        Instant known = origin;
        if (known == null) {
            known = newestSignUp();
            origin = known;
        }
        return known;
    }

    private Instant newestSignUp() {
        Document newest = community
                .users()
                .find(Filters.type("signUpDate", "date"))
                .projection(Projections.include("signUpDate"))
                .sort(Sorts.descending("signUpDate"))
                .first();
        return newest != null && newest.get("signUpDate") instanceof Date date ? date.toInstant() : pace.start();
    }
}
