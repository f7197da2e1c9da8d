package dev.serai.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A connection to S3 that acts at the PUT of an object below a prefix, before S3 sees it or when S3 has kept it. */
public final class PutPoint implements Conversation {

    private final String put;
    private final boolean after;
    private final Runnable action;
    private boolean putting;

    private PutPoint(String prefix, boolean after, Runnable action) {
        this.put = "PUT " + prefix;
        this.after = after;
        this.action = action;
    }

    public static PutPoint before(String prefix, Runnable action) {
        return new PutPoint(prefix, false, action);
    }

    public static PutPoint after(String prefix, Runnable action) {
        return new PutPoint(prefix, true, action);
    }

    @Override
    public synchronized void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        putting |= new String(bytes, StandardCharsets.ISO_8859_1).startsWith(put);
        if (putting && !after) {
            action.run();
            throw new IOException("the point is reached");
        }
        server.write(bytes);
    }

    @Override
    public synchronized void fromServer(byte[] bytes, OutputStream client) throws IOException {
        if (putting && new String(bytes, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200")) {
            action.run();
            throw new IOException("the point is reached");
        }
        client.write(bytes);
    }
}
