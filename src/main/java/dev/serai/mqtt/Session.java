package dev.serai.mqtt;

import java.util.function.Predicate;

/**
 * A session that a broker keeps, and what it is subscribed to.
 *
 * @param probes whether it is the one that tries how much the broker keeps
 * @param permission whether it may be connected, given whether another client has just taken it over
 */
record Session(String clientId, String topicFilter, boolean probes, Predicate<Boolean> permission) {

    private static final String SHARED = "$share/";

    /** That of a process which reads the subscription alone. */
    static Session alone(String clientId, String topic) {
        return new Session(clientId, topic, true, takenOver -> true);
    }

    /** One of several among which the broker shares out the messages. */
    static Session shared(String clientId, String topic, String session, Sharing sharing) {
        String group = clientId.replaceAll("[/+#]", "-");
        return new Session(
                session,
                topic.startsWith(SHARED) ? topic : SHARED + group + "/" + topic,
                session.equals(Sharing.session(clientId, 1)),
                takenOver -> sharing.mayConnect(clientId, session, takenOver));
    }

    boolean mayConnect(boolean takenOver) {
        return permission.test(takenOver);
    }
}
