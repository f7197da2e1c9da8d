package dev.serai.simulators.community;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Invents the documents of the community in the shapes of the source, its oddities included.
 *
 * <p>A user carries one object under the plural {@code subscriptions}, with a copy of the plan that has a new
 * {@code _id}; the country is random and the post code British whatever the country. Dates are UTC. <br>
 * The same generator and id states give the same documents. Not thread-safe.
 */
final class CommunityFactory {

    static final int MOST_MESSAGES_PER_DAY = 10;

    private static final int WEEKS_TO_CHOOSE_FROM = 3;
    private static final int LONGEST_MESSAGE = 40;
    private static final double MS_IN_A_DAY = Duration.ofDays(1).toMillis();

    private final Chance chance;
    private final SequentialIds ids;

    CommunityFactory(Chance chance, SequentialIds ids) {
        this.chance = chance;
        this.ids = ids;
    }

    SequentialIds ids() {
        return ids;
    }

    /** The Monday on which the group of somebody starts who signs up now: one of the next three. */
    Instant groupStart(Instant signUp) {
        LocalDate monday = signUp.atZone(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.next(DayOfWeek.MONDAY));
        return monday.plusWeeks(chance.below(WEEKS_TO_CHOOSE_FROM))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    Document group(Instant start) {
        return new Document("_id", ids.next())
                .append("startDate", Date.from(start))
                .append("healthCoach", chance.any(CommunityWords.COACHES));
    }

    Document user(Instant signUp, Document group) {
        Document subscription = subscription(chance.any(List.of(Plan.values())), group.getDate("startDate"));
        return new Document("_id", ids.next())
                .append("firstname", chance.any(CommunityWords.FIRST_NAMES))
                .append("lastname", chance.any(CommunityWords.LAST_NAMES))
                .append("age", chance.between(18, 65))
                .append("gender", chance.any(CommunityWords.GENDERS))
                .append("country", chance.any(CommunityWords.COUNTRIES))
                .append("postCode", postCode())
                .append("signUpDate", Date.from(signUp))
                .append("subscriptions", subscription)
                .append("groupId", group.getObjectId("_id"))
                .append("fakeDataHelpers", new Document("messagesPerDay", chance.between(1, MOST_MESSAGES_PER_DAY)));
    }

    Document subscription(Plan plan, Date start) {
        Document planType = plan.document(ids.next());
        return new Document("_id", ids.next())
                .append("subscriptionID", ids.next())
                .append("startDate", start)
                .append("planType", planType)
                .append("invoices", List.of());
    }

    /**
     * What has been invoiced so far, all of it anew.
     *
     * <p>An upfront plan has one invoice at once. A monthly one has its first a month after the start, dated back to the
     * sign-up; the others are due a month later each and dated back by a month.
     */
    List<Document> invoices(Plan plan, Instant signUp, Instant start, Instant now) {
        List<Document> invoices = new ArrayList<>();
        if (plan.isUpfront()) {
            invoices.add(invoice(plan, signUp));
            return invoices;
        }
        OffsetDateTime first = start.atOffset(ZoneOffset.UTC);
        for (int month = 1;
                month <= Plan.MONTHS && !first.plusMonths(month).toInstant().isAfter(now);
                month++) {
            invoices.add(invoice(
                    plan, month == 1 ? signUp : first.plusMonths(month - 1L).toInstant()));
        }
        return invoices;
    }

    /**
     * The messages of one tick: a Poisson process from {@code after}, up to and including the first that is not before
     * {@code until}. That last one is why their dates run ahead of the time of the community.
     */
    List<Document> messages(int perDay, Instant after, Instant until) {
        List<Document> messages = new ArrayList<>();
        Instant at = after;
        while (at.isBefore(until)) {
            at = at.plusMillis(1 + (long) chance.wait(MS_IN_A_DAY / perDay));
            messages.add(message(at, text(chance.between(1, LONGEST_MESSAGE))));
        }
        return messages;
    }

    Document messagesDocument(@Nullable Object userId, @Nullable Object groupId, List<Document> messages) {
        return new Document("_id", ids.next())
                .append("userId", userId)
                .append("groupId", groupId)
                .append("latestMessageDate", messages.get(messages.size() - 1).getDate("messageDate"))
                .append("messages", messages);
    }

    Document message(Instant at, String text) {
        return new Document("messageDate", Date.from(at)).append("message", text);
    }

    String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(chance.any(CommunityWords.MESSAGE_CHARACTERS));
        }
        return text.toString();
    }

    private Document invoice(Plan plan, Instant date) {
        return new Document("_id", ids.next())
                .append("amount", plan.amount())
                .append("currency", Plan.CURRENCY)
                .append("info", new Document("status", "settled").append("date", Date.from(date)));
    }

    /** {@code LE3 9PX}, {@code CA4M 0VQ}. */
    private String postCode() {
        String district = chance.oneIn(2) ? "" : String.valueOf(chance.any(CommunityWords.LETTERS));
        return chance.any(CommunityWords.POST_AREAS) + chance.below(10) + district + " " + chance.below(10)
                + chance.any(CommunityWords.LETTERS) + chance.any(CommunityWords.LETTERS);
    }
}
