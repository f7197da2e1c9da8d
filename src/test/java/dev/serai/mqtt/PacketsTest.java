package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketsTest {

    /** Gives its bytes in pieces of random size. */
    private static InputStream inPieces(byte[] bytes, int seed) {
        Random random = new Random(seed);
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int from, int length) {
                return super.read(to, from, Math.min(length, 1 + random.nextInt(seed % 2 == 0 ? 7 : 100_000)));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void packets_come_out_whole_however_they_are_cut_on_their_way(int seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> sent = new ArrayList<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            byte[] body = new byte[random.nextInt(i % 20 == 0 ? 300_000 : 300)];
            random.nextBytes(body);
            sent.add(body);
            wire.write(0x30 + i % 16);
            wire.write(MqttWireMessage.encodeVariableByteInteger(body.length));
            wire.write(body);
        }
        Packets packets = new Packets(inPieces(wire.toByteArray(), seed), 1 << 20);
        for (int i = 0; i < sent.size(); i++) {
            packets.next();
            assertThat(packets.type()).isEqualTo(0x30 + i % 16);
            assertThat(packets.body()).isEqualTo(sent.get(i));
            assertThat(packets.excess()).isZero();
        }
        assertThatThrownBy(packets::next).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_packet_that_is_too_large_is_cut_and_the_next_one_is_whole(int seed) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int size : List.of(5, 500_000, 7, 100_001, 100_000)) {
            wire.write(0x30);
            wire.write(MqttWireMessage.encodeVariableByteInteger(size));
            wire.write(new byte[size]);
        }
        Packets packets = new Packets(inPieces(wire.toByteArray(), seed), 100_000);
        List<Integer> excess = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            packets.next();
            excess.add(packets.excess());
            sizes.add(packets.body().length);
        }
        assertThat(sizes).containsExactly(5, 100_000, 7, 100_000, 100_000);
        assertThat(excess).containsExactly(0, 400_000, 0, 1, 0);
    }

    @Test
    void what_is_no_packet_is_refused() {
        Packets packets = new Packets(new ByteArrayInputStream(new byte[] {0x30, -1, -1, -1, -1, 0}), 100);
        assertThatThrownBy(packets::next).hasMessageContaining("what comes is not MQTT");
    }
}
