package dev.serai.console;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import io.vertx.ext.web.handler.BasicAuthHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The operator's login: HTTP basic authentication, the same answer time for a wrong user and a wrong password. */
final class OperatorLogin {

    /** Sent by the command line with every operation; no page of another site can make a browser send it. */
    static final String HEADER = "Serai-Operator";

    private OperatorLogin() {}

    static AuthenticationHandler of(String user, String password) {
        byte[] name = bytes(user);
        byte[] secret = bytes(password);
        return BasicAuthHandler.create(
                (given, answer) -> {
                    String givenUser = given.getString("username", "");
                    boolean userIsRight = MessageDigest.isEqual(name, bytes(givenUser));
                    boolean passwordIsRight = MessageDigest.isEqual(secret, bytes(given.getString("password", "")));
                    answer.handle(
                            userIsRight && passwordIsRight
                                    ? Future.succeededFuture(User.fromName(givenUser))
                                    : Future.failedFuture("wrong user or password"));
                },
                "Serai");
    }

    /** Refuses a request that a foreign page could have made the operator's browser send. */
    static void requireHeader(RoutingContext request) {
        if (request.request().getHeader(HEADER) == null) {
            request.response()
                    .setStatusCode(403)
                    .end("the request must carry the header %s, for example %s: yes%n".formatted(HEADER, HEADER));
        } else {
            request.next();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
