package dev.serai.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection to PostgreSQL that acts at the commit of a statement: when the server has executed it and the COMMIT is on its
 * way, or when the server has committed and its client does not know yet.
 *
 * <p>Reads the messages of the client as the protocol cuts them: after the start a type and a length each.
 */
public final class CommitPoint implements Conversation {

    private static final int PROTOCOL_3 = 196_608;
    private static final int HEAD = 5;
    /** ReadyForQuery, no transaction open. */
    private static final String READY = "Z\0\0\0\5I";

    private final String statement;
    private final boolean after;
    private final Runnable action;
    private final AtomicInteger commits;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private final StringBuilder answered = new StringBuilder();
    private boolean started;
    private final Map<String, String> prepared = new HashMap<>();
    private String bound = "";
    private boolean executed;
    private boolean committing;

    private CommitPoint(String statement, boolean after, AtomicInteger commits, Runnable action) {
        this.statement = statement;
        this.after = after;
        this.commits = commits;
        this.action = action;
    }

    /** @param statement words that only this statement has */
    public static CommitPoint before(String statement, Runnable action) {
        return new CommitPoint(statement, false, new AtomicInteger(1), action);
    }

    public static CommitPoint after(String statement, Runnable action) {
        return after(statement, new AtomicInteger(1), action);
    }

    /** @param commits which one, counted down by all connections that share it */
    public static CommitPoint after(String statement, AtomicInteger commits, Runnable action) {
        return new CommitPoint(statement, true, commits, action);
    }

    @Override
    public synchronized void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        waiting.write(bytes);
        byte[] all = waiting.toByteArray();
        int done = 0;
        int length;
        while ((length = length(all, done)) > 0) {
            message(Arrays.copyOfRange(all, done, done + length), server);
            done += length;
        }
        waiting.reset();
        waiting.write(all, done, all.length - done);
    }

    /** Of the message that begins there; 0 if it is not whole yet. */
    private int length(byte[] all, int from) {
        int head = started ? HEAD : Integer.BYTES;
        if (all.length - from < head) {
            return 0;
        }
        int length =
                ByteBuffer.wrap(all, from + head - Integer.BYTES, Integer.BYTES).getInt() + head - Integer.BYTES;
        return all.length - from < length ? 0 : length;
    }

    private void message(byte[] message, OutputStream server) throws IOException {
        if (!started) {
            // A question for encryption comes first and is of the same form.
            started = ByteBuffer.wrap(message, Integer.BYTES, Integer.BYTES).getInt() == PROTOCOL_3;
        } else if (message[0] == 'P') {
            prepared.put(text(message, 0), text(message, 1));
        } else if (message[0] == 'B') {
            bound = prepared.getOrDefault(text(message, 1), "");
        } else if (message[0] == 'E') {
            if (executed && bound.equals("COMMIT")) {
                executed = false;
                committing = commits.decrementAndGet() == 0;
            }
            executed |= bound.contains(statement);
        }
        if (committing && !after) {
            action.run();
            throw new IOException("the point is reached");
        }
        server.write(message);
    }

    /** One of the texts that a message begins with. */
    private static String text(byte[] message, int index) {
        return new String(message, HEAD, message.length - HEAD, StandardCharsets.UTF_8).split("\0", -1)[index];
    }

    @Override
    public synchronized void fromServer(byte[] bytes, OutputStream client) throws IOException {
        if (committing) {
            answered.append(new String(bytes, StandardCharsets.ISO_8859_1));
            if (answered.indexOf(READY) < 0) {
                return;
            }
            action.run();
            throw new IOException("the point is reached");
        }
        client.write(bytes);
    }
}
