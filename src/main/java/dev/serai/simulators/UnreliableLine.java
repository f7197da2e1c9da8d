package dev.serai.simulators;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a simulated source, which may be silent, slow or cut; otherwise the request goes on to the route.
 *
 * <p>Stands before the route because a Camel route holds a thread until it has answered. Here everything is a timer: no
 * thread waits, and a timer ends with its connection. Thread-safe.
 */
final class UnreliableLine implements Handler<RoutingContext> {

    private final String source;
    private final Failures failures;
    private final Function<@Nullable String, byte[]> goodBody;

    /**
     * Joins a source.
     *
     * @param goodBody the body for a parameter {@code size}, which may be absent
     */
    UnreliableLine(String source, Failures failures, Function<@Nullable String, byte[]> goodBody) {
        this.source = source;
        this.failures = failures;
        this.goodBody = goodBody;
    }

    @Override
    public void handle(RoutingContext request) {
        Failure failure = failures.take(source, FailureKind::isOfTheLine);
        switch (failure.kind()) {
            case TIME_OUT -> waitSilently(request, failure.delayMs());
            case DRIP -> drip(request, failure.delayMs());
            case CUT_CONNECTION -> cut(request);
            default -> request.next();
        }
    }

    private static void waitSilently(RoutingContext request, int delayMs) {
        Vertx vertx = request.vertx();
        long timer = vertx.setTimer(delayMs, id -> request.next());
        request.response().closeHandler(closed -> vertx.cancelTimer(timer));
    }

    private void drip(RoutingContext request, int delayMs) {
        byte[] body = goodBody.apply(request.request().getParam("size"));
        HttpServerResponse response = promise(request, body.length);
        Vertx vertx = request.vertx();
        int[] sent = {0};
        long timer = vertx.setPeriodic(0, delayMs, id -> {
            Buffer one = Buffer.buffer(1).appendByte(body[sent[0]]);
            sent[0]++;
            if (sent[0] < body.length) {
                response.write(one);
            } else {
                vertx.cancelTimer(id);
                response.end(one);
            }
        });
        response.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    private void cut(RoutingContext request) {
        byte[] body = goodBody.apply(request.request().getParam("size"));
        byte[] half = Arrays.copyOf(body, body.length / 2);
        promise(request, body.length)
                .write(Buffer.buffer(half))
                .onComplete(sent -> request.request().connection().close());
    }

    private static HttpServerResponse promise(RoutingContext request, int length) {
        return request.response()
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Content-Length", Integer.toString(length));
    }
}
