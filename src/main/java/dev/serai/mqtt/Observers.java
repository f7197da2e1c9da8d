package dev.serai.mqtt;

import dev.serai.ledger.StreamObserver;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Tells all observers; one that throws does not disturb the stream. Thread-safe. */
final class Observers {

    private static final Logger LOG = LogManager.getLogger(Observers.class);

    private final Set<StreamObserver> observers;

    Observers(Set<StreamObserver> observers) {
        this.observers = observers;
    }

    void tell(Consumer<StreamObserver> what) {
        for (StreamObserver observer : observers) {
            try {
                what.accept(observer);
            } catch (RuntimeException e) {
                LOG.error("{} failed", observer, e);
            }
        }
    }
}
