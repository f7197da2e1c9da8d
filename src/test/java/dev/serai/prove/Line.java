package dev.serai.prove;

import dev.serai.faults.Conversation;
import dev.serai.faults.Relay;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The network between the application and one server: it can be cut, slow or hanging, or go wrong at a named point.
 *
 * <p>Always on the same port. A line that hangs keeps the bytes and hands them on when it is well again. Thread-safe.
 */
final class Line implements AutoCloseable {

    private enum State {
        WELL,
        SLOW,
        HANGING
    }

    private static final Supplier<Conversation> PASSING = () -> new Conversation() {};
    private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private final int target;
    private final int port;
    private volatile State state = State.WELL;
    private volatile Supplier<? extends Conversation> behaviour = PASSING;
    private Relay relay;

    Line(int target) {
        this.target = target;
        relay = new Relay(target, this::conversation);
        port = relay.port();
    }

    int port() {
        return port;
    }

    synchronized void cut() throws IOException {
        relay.close();
    }

    void slow() {
        state = State.SLOW;
    }

    void hang() {
        state = State.HANGING;
    }

    /** Every connection begins anew, with conversations of this kind. */
    synchronized void through(Supplier<? extends Conversation> conversations) throws IOException {
        behaviour = conversations;
        relay.close();
        relay = new Relay(target, this::conversation, port);
    }

    /** As if nothing had been: what hangs goes on, and connections of a kind of their own end. */
    synchronized void heal() throws IOException {
        if (state == State.WELL) {
            through(PASSING);
        }
        state = State.WELL;
    }

    private Conversation conversation() {
        Conversation inner = behaviour.get();
        return new Conversation() {
            @Override
            public void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
                await();
                inner.fromClient(bytes, server, client);
            }

            @Override
            public void fromServer(byte[] bytes, OutputStream client) throws IOException {
                await();
                inner.fromServer(bytes, client);
            }
        };
    }

    private void await() {
        if (state == State.SLOW) {
            LockSupport.parkNanos(SLOW_NS);
        }
        while (state == State.HANGING) {
            LockSupport.parkNanos(SLOW_NS);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        state = State.WELL;
        relay.close();
    }
}
