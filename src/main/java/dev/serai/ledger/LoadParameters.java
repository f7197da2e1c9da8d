package dev.serai.ledger;

import dev.serai.batch.Batch;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Hands a {@link Batch} to its load statement: the statement of the variable {@code statement} becomes the body, the
 * batch its parameters {@code :?rows :?rejected :?read :?run_id :?raw_object :?replayed}. Thread-safe.
 */
public final class LoadParameters implements Processor {

    @Override
    public void process(Exchange exchange) throws InvalidPayloadException {
        Message message = exchange.getMessage();
        Batch batch = message.getMandatoryBody(Batch.class);
        message.removeHeaders("*");
        message.setHeader("rows", batch.rows());
        message.setHeader("rejected", batch.rejected());
        message.setHeader("read", batch.read());
        message.setHeader("run_id", Run.of(exchange).id().toString());
        message.setHeader("raw_object", exchange.getVariable("raw_object", String.class));
        message.setHeader("replayed", exchange.getVariable("replayed", String.class));
        exchange.setProperty("serai.fault", batch.fault());
        message.setBody(exchange.getVariable("statement", String.class));
    }
}
