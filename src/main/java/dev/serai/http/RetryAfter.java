package dev.serai.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Makes a retry wait as long as the source asked for in {@code Retry-After} (seconds or a date), up to a longest wait.
 *
 * <p>Run when an attempt has failed and before Camel decides on the delay. Without the header the route's own back-off
 * counts. Thread-safe.
 */
public final class RetryAfter implements Processor {

    private final Duration longest;
    private final Clock clock;

    public RetryAfter(Duration longest, Clock clock) {
        this.longest = longest;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        HttpOperationFailedException failure =
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, HttpOperationFailedException.class);
        Optional<Duration> asked = Optional.ofNullable(failure)
                .map(HttpOperationFailedException::getResponseHeaders)
                .flatMap(RetryAfter::header)
                .flatMap(this::parse);
        if (asked.isPresent()) {
            exchange.getMessage()
                    .setHeader(
                            Exchange.REDELIVERY_DELAY,
                            Math.min(Math.max(asked.get().toMillis(), 0), longest.toMillis()));
        } else {
            exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
        }
    }

    private static Optional<String> header(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(header -> header.getValue().strip())
                .findFirst();
    }

    private Optional<Duration> parse(String value) {
        try {
            return Optional.of(
                    value.matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(value))
                            : Duration.between(
                                    clock.instant(),
                                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty(); // neither seconds nor a date: as if the source had not asked
        }
    }
}
