package dev.serai.ledger;

import dev.serai.batch.Batch;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Hands a {@link Batch} to its load statement: the statement of the variable {@code statement} becomes the body, the
 * batch its parameters {@code :?rows :?rejected :?read :?pipeline :?run_id :?raw_object :?replayed}, and those it has besides.
 *
 * <p>Where the statement says <code>{dataset}</code>, the variable {@code dataset} is put in: the table in use, or its
 * shadow if the variable {@code shadow} names one. Thread-safe.
 */
public final class LoadParameters implements Processor {

    private static final String TARGET = "{dataset}";

    @Override
    public void process(Exchange exchange) throws InvalidPayloadException {
        Message message = exchange.getMessage();
        Batch batch = message.getMandatoryBody(Batch.class);
        message.removeHeaders("*");
        batch.parameters().forEach(message::setHeader);
        message.setHeader("rows", batch.rows());
        message.setHeader("rejected", batch.rejected());
        message.setHeader("read", batch.read());
        message.setHeader("pipeline", Run.of(exchange).pipeline());
        message.setHeader("run_id", Run.of(exchange).id().toString());
        message.setHeader("raw_object", exchange.getVariable("raw_object", String.class));
        message.setHeader("replayed", exchange.getVariable("replayed", String.class));
        exchange.setProperty("serai.fault", batch.fault());
        message.setBody(statement(exchange));
    }

    private static String statement(Exchange exchange) {
        String statement = exchange.getVariable("statement", "", String.class);
        String dataset = exchange.getVariable("dataset", "", String.class);
        if (dataset.isEmpty() || !statement.contains(TARGET)) {
            throw new IllegalStateException(
                    "a load needs a variable 'dataset' and a statement that writes into {dataset}");
        }
        String shadow = exchange.getVariable("shadow", String.class);
        if (shadow != null && !shadow.equals(shadowOf(dataset))) {
            throw new IllegalStateException(
                    "%s is not the shadow of %s, which this load writes".formatted(shadow, dataset));
        }
        return statement.replace(TARGET, shadow == null ? dataset : shadow);
    }

    /** Where a rebuild loads what is otherwise loaded into a dataset. */
    public static String shadowOf(String dataset) {
        return "rebuild." + dataset.replace('.', '_');
    }
}
