package dev.serai.stack;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** The first packet of MQTT 5 and its answer: enough to see who answers and whom it lets in. */
final class MqttConnect {

    static final int BAD_USER_OR_PASSWORD = 134;

    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int VERSION_5 = 5;
    private static final int USER_AND_PASSWORD_AND_CLEAN_START = 0b1100_0010;
    private static final int TIMEOUT_MS = 5_000;

    private MqttConnect() {}

    /** The reason code of the answer: 0 is welcome. */
    static int reasonCode(Server broker, String user, String password) {
        try (Socket socket = new Socket(broker.host(), broker.port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(packet(user, password));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            if (in.readUnsignedByte() != CONNACK) {
                throw new IOException("not the answer to CONNECT");
            }
            in.skipBytes(2); // length and flags
            return in.readUnsignedByte();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] packet(String user, String password) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeUTF("MQTT");
            out.writeByte(VERSION_5);
            out.writeByte(USER_AND_PASSWORD_AND_CLEAN_START);
            out.writeShort(60); // keep alive, seconds
            out.writeByte(0); // no properties
            out.writeUTF("probe");
            out.writeUTF(user);
            out.writeUTF(password);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(CONNECT);
        packet.write(body.size());
        body.writeTo(packet);
        return packet.toByteArray();
    }
}
