package dev.serai.faults;

import java.io.IOException;
import java.io.OutputStream;

/** What happens to the bytes of one connection; as it stands, they are handed on. An {@link IOException} ends it. */
public interface Conversation {

    default void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        server.write(bytes);
    }

    default void fromServer(byte[] bytes, OutputStream client) throws IOException {
        client.write(bytes);
    }
}
