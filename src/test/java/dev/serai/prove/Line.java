package dev.serai.prove;

import dev.serai.faults.Conversation;
import dev.serai.faults.Relay;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The network between the processes of the application and one server: it can be cut, slow or hanging, or go wrong at a named
 * point.
 *
 * <p>Always on the same ports, one for each process. A line that hangs keeps the bytes and hands them on when it is well again.
 * Thread-safe.
 */
final class Line implements AutoCloseable {

    private enum State {
        WELL,
        SLOW,
        HANGING
    }

    private static final IntFunction<Conversation> PASSING = process -> new Conversation() {};
    private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private final int target;
    private final List<Relay> relays = new ArrayList<>();
    private volatile State state = State.WELL;
    private volatile IntFunction<? extends Conversation> behaviour = PASSING;

    Line(int target, int processes) {
        this.target = target;
        for (int i = 0; i < processes; i++) {
            int process = i;
            relays.add(new Relay(target, () -> conversation(process)));
        }
    }

    /** @param process counted from 0 */
    int port(int process) {
        return relays.get(process).port();
    }

    synchronized void cut() throws IOException {
        for (Relay relay : relays) {
            relay.close();
        }
    }

    void slow() {
        state = State.SLOW;
    }

    void hang() {
        state = State.HANGING;
    }

    void through(Supplier<? extends Conversation> conversations) throws IOException {
        through(process -> conversations.get());
    }

    /** Every connection begins anew, with conversations of the kind that its process has now. */
    synchronized void through(IntFunction<? extends Conversation> conversations) throws IOException {
        behaviour = conversations;
        for (int i = 0; i < relays.size(); i++) {
            int process = i;
            relays.get(i).close();
            relays.set(i, new Relay(target, () -> conversation(process), port(i)));
        }
    }

    /** As if nothing had been: what hangs goes on, and connections of a kind of their own end. */
    synchronized void heal() throws IOException {
        if (state == State.WELL) {
            through(PASSING);
        }
        state = State.WELL;
    }

    private Conversation conversation(int process) {
        Conversation inner = behaviour.apply(process);
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
        cut();
    }
}
