package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Invents ad impressions in the shape of the ad API, its traps included.
 *
 * <p>{@code ad_campaign} is a number from 500 to 999, or in half of the records the text {@code "__unknown"};
 * {@code shown_at} is a float of seconds since 1970, up to 27.8 hours before the call; {@code ad_scheme} is absent in
 * four of five. <br>
 * The same generator state and instant give the same records. Not thread-safe, as the generator is not.
 */
final class AdFactory {

    private static final List<String> GROUPS = List.of("marketing", "recruiting", "brand", "investment");
    private static final int FIRST_CAMPAIGN = 500;
    private static final int CAMPAIGNS = 500;
    private static final int OLDEST_S = 100_000;
    private static final double NANOS = 1e9;

    private final RandomGenerator random;

    AdFactory(RandomGenerator random) {
        this.random = random;
    }

    List<ObjectNode> ads(int count, Instant now) {
        return Stream.generate(() -> ad(now)).limit(count).collect(Collectors.toList());
    }

    ObjectNode ad(Instant now) {
        ObjectNode ad = JsonNodeFactory.instance.objectNode();
        ad.put("ad_id", RandomIds.version4(random));
        ad.put("ad_group", GROUPS.get(random.nextInt(GROUPS.size())));
        int campaign = FIRST_CAMPAIGN + random.nextInt(CAMPAIGNS);
        if (random.nextBoolean()) {
            ad.put("ad_campaign", "__unknown");
        } else {
            ad.put("ad_campaign", campaign);
        }
        ad.put("shown_at", seconds(now.minusSeconds(random.nextInt(OLDEST_S))));
        if (random.nextInt(5) == 0) {
            ad.putObject("ad_scheme")
                    .put("origin", random.nextBoolean() ? "manual" : "automatic")
                    .put("approved", random.nextBoolean());
        }
        return ad;
    }

    /** As a program prints a double, without an exponent: 1795185148.7269614. */
    private static BigDecimal seconds(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond() + instant.getNano() / NANOS);
    }
}
