package dev.serai.mqtt;

import java.io.IOException;

/** The broker cannot be reached, refuses, or has ended the connection; the message says which, in words. */
final class BrokerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean takenOver;

    BrokerException(String message) {
        this(message, false);
    }

    private BrokerException(String message, boolean takenOver) {
        super(message);
        this.takenOver = takenOver;
    }

    BrokerException(String message, Throwable cause) {
        super(message, cause);
        this.takenOver = false;
    }

    static BrokerException takenOver(String clientId) {
        return new BrokerException(
                "another client has connected as '%s' and got its subscription (142): give each process a clientId of its own"
                        .formatted(clientId),
                true);
    }

    /** Whether another client has got the subscription: to connect again at once would only take it back. */
    boolean isTakenOver() {
        return takenOver;
    }
}
