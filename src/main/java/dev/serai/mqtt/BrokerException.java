package dev.serai.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

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

    /**
     * In the words of people what went wrong on a connection.
     *
     * @param answered whether the broker had accepted the connection
     */
    static BrokerException of(
            IOException e, BrokerAddress address, String clientId, int timeoutSeconds, boolean answered) {
        if (e instanceof BrokerException inWords) {
            return inWords;
        }
        String what;
        if (e instanceof UnknownHostException) {
            what = "there is no host '%s'".formatted(address.host());
        } else if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            what = "nobody listens at %s".formatted(address);
        } else if (e instanceof SocketTimeoutException) {
            what = "%s does not answer within %d seconds".formatted(address, timeoutSeconds);
        } else if (e instanceof SSLException) {
            what = "no TLS with %s: %s".formatted(address, e.getMessage());
        } else if (e instanceof EOFException && !answered) {
            what = "%s closed the connection without an answer: %s"
                    .formatted(address, address.tls() ? "does it want a certificate?" : "does it want TLS, ssl://…?");
        } else if (e instanceof EOFException) {
            what = "%s closed the connection and gave no reason: it may have ended, or another client connects as '%s'"
                    .formatted(address, clientId);
        } else {
            what = "the connection to %s was lost: %s".formatted(address, e.getMessage());
        }
        return new BrokerException(what, e);
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
