package dev.serai.mqtt;

import java.util.Map;

/** What the reason codes of MQTT 5 mean, for people. Stateless. */
final class ReasonCode {

    /** From here on a code says that something is refused. */
    static final int FAILURE = 128;

    static final int SESSION_TAKEN_OVER = 142;

    private static final int BAD_LOGIN = 134;
    private static final int NOT_AUTHORIZED = 135;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(0, "normal end"),
            Map.entry(1, "it does not speak MQTT 5"),
            Map.entry(4, "it ended the connection with a will"),
            Map.entry(128, "no reason given"),
            Map.entry(129, "malformed packet"),
            Map.entry(130, "protocol error"),
            Map.entry(131, "refused by its implementation"),
            Map.entry(132, "it does not speak MQTT 5"),
            Map.entry(133, "the clientId is not valid"),
            Map.entry(BAD_LOGIN, "bad user name or password"),
            Map.entry(NOT_AUTHORIZED, "not authorized"),
            Map.entry(136, "server unavailable"),
            Map.entry(137, "server busy"),
            Map.entry(138, "banned"),
            Map.entry(139, "it shuts down"),
            Map.entry(141, "it heard nothing for longer than the keep alive"),
            Map.entry(SESSION_TAKEN_OVER, "session taken over"),
            Map.entry(143, "the topic filter is not valid"),
            Map.entry(147, "more messages than the receive maximum"),
            Map.entry(149, "packet too large"),
            Map.entry(150, "message rate too high"),
            Map.entry(151, "quota exceeded"),
            Map.entry(152, "ended by its operator"),
            Map.entry(156, "use another server"),
            Map.entry(157, "server moved"),
            Map.entry(158, "shared subscriptions are not supported"),
            Map.entry(159, "connection rate exceeded"),
            Map.entry(160, "maximum connect time"),
            Map.entry(161, "subscription identifiers are not supported"),
            Map.entry(162, "wildcard subscriptions are not supported"));

    private ReasonCode() {}

    static String words(int code) {
        return "%s (%d)".formatted(WORDS.getOrDefault(code, "unknown reason"), code);
    }

    static boolean isLogin(int code) {
        return code == BAD_LOGIN || code == NOT_AUTHORIZED;
    }
}
