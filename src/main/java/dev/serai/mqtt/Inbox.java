package dev.serai.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has arrived and is not being processed yet. Bounded: who puts waits while it is full.
 *
 * <p>Messages of a connection that has ended are held, because the broker sends them again if it still has the session;
 * {@link #begin} decides. Thread-safe, for one that puts and one that takes.
 */
final class Inbox {

    /**
     * When a batch is full.
     *
     * @param messages and bytes of payload that end a batch
     * @param intervalNanos age of its oldest message that ends a batch
     * @param window messages that a broker sends without an acknowledgement
     */
    record Limits(int messages, long bytes, long intervalNanos, int window) {}

    /** How long nothing has to come before a number of unacknowledged messages is taken for the broker's limit. */
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Deque<Delivery> queue = new ArrayDeque<>();
    private final List<Delivery> held = new ArrayList<>();
    private long bytes;
    private int unacknowledged;
    private long acknowledged;
    private int window;
    private int suspectedWindow;
    private long lastPutNanos;
    private boolean putWaits;
    private boolean closed;

    Inbox(Limits limits) {
        this.limits = limits;
        this.window = limits.window();
    }

    /**
     * A connection begins.
     *
     * @param sessionPresent whether the broker sends again what was not acknowledged; if not, what is held is all there is
     * @param announced receive maximum of the broker, which some also keep to when they send; 0 if it has none
     */
    void begin(boolean sessionPresent, int announced) {
        lock.lock();
        try {
            if (!sessionPresent) {
                for (int i = held.size() - 1; i >= 0; i--) {
                    Delivery kept = held.get(i).withoutConnection();
                    queue.addFirst(kept);
                    bytes += size(kept);
                }
                filled.signal();
            }
            held.clear();
            unacknowledged = 0;
            window = limits.window();
            suspectedWindow = announced < window ? announced : 0;
        } finally {
            lock.unlock();
        }
    }

    /** A connection has ended: what it delivered can no longer be acknowledged. */
    void end(Connection connection) {
        lock.lock();
        try {
            for (Iterator<Delivery> i = queue.iterator(); i.hasNext(); ) {
                Delivery delivery = i.next();
                if (delivery.isAwaited() && delivery.connection() == connection) {
                    i.remove();
                    bytes -= size(delivery);
                    held.add(delivery);
                }
            }
            unacknowledged = 0;
            room.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for room; yields at once, and keeps nothing, when the inbox is closed or the connection is left. */
    void put(List<Delivery> deliveries, Connection connection) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            putWaits = isFull();
            while (putWaits && !closed && !connection.isLeaving()) {
                filled.signal();
                room.await();
                putWaits = isFull();
            }
            if (closed || connection.isLeaving()) {
                return;
            }
            boolean wasEmpty = queue.isEmpty();
            for (Delivery delivery : deliveries) {
                queue.add(delivery);
                bytes += size(delivery);
                unacknowledged += delivery.isAwaited() ? 1 : 0;
            }
            lastPutNanos = System.nanoTime();
            if (suspectedWindow > 0 && unacknowledged > suspectedWindow) {
                suspectedWindow = 0;
                window = limits.window();
            }
            if (wasEmpty || isBatch() || isAtSuspectedWindow()) {
                filled.signal();
            }
        } finally {
            putWaits = false;
            lock.unlock();
        }
    }

    /** Waits until a batch is full or old enough, and yields it; empty when the inbox is closed. */
    List<Delivery> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                if (queue.isEmpty()) {
                    filled.await();
                    continue;
                }
                if (isBatch()) {
                    break;
                }
                long now = System.nanoTime();
                long wait = queue.element().arrivedNanos() + limits.intervalNanos() - now;
                if (isAtSuspectedWindow()) {
                    long stall = lastPutNanos + STALL_NANOS - now;
                    if (stall <= 0) {
                        window = suspectedWindow;
                        break;
                    }
                    wait = Math.min(wait, stall);
                }
                if (wait <= 0 || (filled.awaitNanos(wait) <= 0 && isOld())) {
                    break;
                }
            }
            return closed ? List.of() : drain();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOld() {
        return !queue.isEmpty() && System.nanoTime() - queue.element().arrivedNanos() >= limits.intervalNanos();
    }

    private List<Delivery> drain() {
        List<Delivery> batch = new ArrayList<>(Math.min(queue.size(), limits.messages()));
        long batchBytes = 0;
        Delivery next;
        while (batch.size() < limits.messages()
                && (next = queue.peek()) != null
                && (batch.isEmpty() || batchBytes + size(next) <= limits.bytes())) {
            batch.add(queue.remove());
            batchBytes += size(next);
        }
        bytes -= batchBytes;
        room.signal();
        return batch;
    }

    private boolean isBatch() {
        return queue.size() >= limits.messages() || bytes >= limits.bytes() || putWaits || isWindowFull();
    }

    private boolean isWindowFull() {
        return unacknowledged >= window && unacknowledged > 0;
    }

    private boolean isAtSuspectedWindow() {
        return suspectedWindow > 0 && unacknowledged == suspectedWindow;
    }

    private boolean isFull() {
        return bytes >= limits.bytes() || queue.size() >= limits.window();
    }

    private static int size(Delivery delivery) {
        return delivery.message().payload().length;
    }

    /** So many messages of a connection are acknowledged now. */
    void acknowledged(int messages, Connection connection) {
        lock.lock();
        try {
            if (!connection.hasEnded()) {
                unacknowledged -= messages;
                acknowledged += messages;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the broker waits for us, so that a silence is our own. */
    boolean holdsBack() {
        lock.lock();
        try {
            return putWaits || isWindowFull() || isAtSuspectedWindow();
        } finally {
            lock.unlock();
        }
    }

    /** Messages of the connection that are here and not acknowledged. */
    int unacknowledged() {
        lock.lock();
        try {
            return unacknowledged;
        } finally {
            lock.unlock();
        }
    }

    /** Messages that were acknowledged since the inbox was made. */
    long acknowledged() {
        lock.lock();
        try {
            return acknowledged;
        } finally {
            lock.unlock();
        }
    }

    /** Whether who puts waits for room. */
    boolean isBlocked() {
        lock.lock();
        try {
            return putWaits;
        } finally {
            lock.unlock();
        }
    }

    /** The limit of unacknowledged messages that the broker turned out to have below the asked one; 0 if none. */
    int foundWindow() {
        lock.lock();
        try {
            return window < limits.window() ? window : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes and yields nothing any more; what is in it is forgotten. */
    void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            held.clear();
            bytes = 0;
            filled.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
