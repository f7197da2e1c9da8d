package dev.serai.reload;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;

/** A step that is right in every way and refuses to start, as one does whose server is not there. */
public final class RefusingStep extends ServiceSupport implements Processor {

    @Override
    protected void doStart() {
        throw new IllegalStateException("this step refuses to start");
    }

    @Override
    public void process(Exchange exchange) {
        throw new IllegalStateException("a step that did not start was called");
    }
}
