package dev.serai.landing;

import dev.serai.ledger.Run;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;

/**
 * Prepares the put of a raw body: bucket and key from the variable {@code landing} and the run.
 *
 * <p>Leaves the object's address in the variable {@code raw_object}. Thread-safe.
 */
public final class LandRaw implements Processor {

    @Override
    public void process(Exchange exchange) {
        LandingZone zone = LandingZone.of(exchange.getVariable("landing", String.class));
        Run run = Run.of(exchange);
        String key = zone.key(run.startedAt(), run.id());
        exchange.getMessage().setHeader(AWS2S3Constants.OVERRIDE_BUCKET_NAME, zone.bucket());
        exchange.getMessage().setHeader(AWS2S3Constants.KEY, key);
        exchange.getMessage().setHeader(AWS2S3Constants.CONTENT_TYPE, "application/json");
        exchange.setVariable("raw_object", zone.address(key));
    }
}
