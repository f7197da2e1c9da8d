package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private final RetryAfter retryAfter =
            new RetryAfter(Duration.ofSeconds(20), Clock.fixed(Instant.parse("2026-11-21T06:00:00Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Retry-After | 3                             | 3000
                    retry-after | 3                             | 3000
                    Retry-After | 0                             | 0
                    Retry-After | 86400                         | 20000
                    Retry-After | Sat, 21 Nov 2026 06:00:05 GMT | 5000
                    Retry-After | Sat, 21 Nov 2026 05:00:00 GMT | 0
                    Retry-After | soon                          |
                    Retry-After | -3                            |
                    X-Other     | 3                             |
                    """)
    void the_wait_is_what_the_source_asks_for_within_bounds(String header, String value, Long milliseconds) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, 1L);
        exchange.setProperty(
                Exchange.EXCEPTION_CAUGHT,
                new HttpOperationFailedException("http://127.0.0.1", 429, "", null, Map.of(header, value), ""));

        retryAfter.process(exchange);

        assertThat(exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY)).isEqualTo(milliseconds);
    }
}
