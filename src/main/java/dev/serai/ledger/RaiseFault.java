package dev.serai.ledger;

import dev.serai.batch.AnswerException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** After the load: an answer that was not what was asked for makes its run fail, with what it held already stored. */
public final class RaiseFault implements Processor {

    @Override
    public void process(Exchange exchange) {
        AnswerException fault = exchange.getProperty("serai.fault", AnswerException.class);
        if (fault != null) {
            throw fault;
        }
    }
}
