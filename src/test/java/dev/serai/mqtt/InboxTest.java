package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.mqtt.Inbox.Limits;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.Test;

class InboxTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final Connection connection = connection();

    private static Connection connection() {
        return new Connection(BrokerAddress.of("tcp://127.0.0.1:1"), "test", new MqttConnectionOptions(), 100);
    }

    private List<Delivery> deliveries(int count, int bytes, int qos) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Delivery(
                        new ReceivedMessage("t", new byte[bytes], Instant.EPOCH, false),
                        qos == 0 ? 0 : i + 1,
                        connection,
                        System.nanoTime()))
                .toList();
    }

    private CompletableFuture<Void> putting(Inbox inbox, List<Delivery> deliveries) {
        return CompletableFuture.runAsync(() -> {
            try {
                inbox.put(deliveries, connection);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void who_puts_waits_while_it_is_full_of_bytes_and_what_is_there_is_a_batch() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 100, HOUR, 1_000));
        inbox.put(deliveries(10, 10, 1), connection);
        CompletableFuture<Void> more = putting(inbox, deliveries(3, 10, 1));
        org.awaitility.Awaitility.await().until(inbox::isBlocked);

        assertThat(inbox.take()).hasSize(10);
        more.get(10, TimeUnit.SECONDS);
        assertThat(inbox.isBlocked()).isFalse();
    }

    @Test
    void who_puts_waits_while_it_is_full_of_messages_that_nobody_acknowledges() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 1_000, HOUR, 20));
        inbox.put(deliveries(20, 1, 0), connection);
        CompletableFuture<Void> more = putting(inbox, deliveries(3, 1, 0));
        org.awaitility.Awaitility.await().until(inbox::isBlocked);
        assertThat(inbox.holdsBack()).isTrue();

        assertThat(inbox.take()).hasSize(20);
        more.get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_single_message_larger_than_a_batch_is_one() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 100, HOUR, 1_000));
        inbox.put(deliveries(1, 500, 1), connection);
        assertThat(inbox.take()).hasSize(1);
    }

    @Test
    void what_an_ended_connection_delivered_is_dropped_when_the_broker_has_it_still() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 100, 1, 1_000));
        inbox.put(deliveries(5, 1, 1), connection);
        inbox.put(deliveries(2, 1, 0), connection);
        connection.end(new IOException("gone"));
        inbox.end(connection);
        inbox.begin(true, 0);

        assertThat(inbox.take()).hasSize(2).noneMatch(Delivery::isAwaited);
    }

    @Test
    void what_an_ended_connection_delivered_is_kept_when_the_broker_has_lost_it() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 100, 1, 1_000));
        List<Delivery> came = deliveries(5, 1, 1);
        inbox.put(came, connection);
        connection.end(new IOException("gone"));
        inbox.end(connection);
        inbox.begin(false, 0);

        assertThat(inbox.take())
                .extracting(Delivery::message)
                .containsExactlyElementsOf(came.stream().map(Delivery::message).toList());
    }

    @Test
    void nothing_is_put_for_a_connection_that_has_ended() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 100, HOUR, 1_000));
        inbox.put(deliveries(100, 1, 1), connection);
        CompletableFuture<Void> more = putting(inbox, deliveries(100, 1, 1));
        org.awaitility.Awaitility.await().until(inbox::isBlocked);
        connection.end(new IOException("gone"));
        inbox.end(connection);
        more.get(10, TimeUnit.SECONDS);
        inbox.begin(true, 0);
        inbox.close();

        assertThat(inbox.take()).isEmpty();
    }

    @Test
    void a_broker_that_sends_no_more_than_it_takes_is_found_out_when_nothing_comes() throws Exception {
        Inbox inbox = new Inbox(new Limits(1_000, 1_000, HOUR, 1_000));
        inbox.begin(true, 20);
        inbox.put(deliveries(15, 1, 1), connection);
        CompletableFuture<Integer> batch = taking(inbox);
        inbox.put(deliveries(5, 1, 1), connection);

        assertThat(batch.get(10, TimeUnit.SECONDS)).isEqualTo(20);
        assertThat(inbox.foundWindow()).isEqualTo(20);
        inbox.acknowledged(20, connection);
        inbox.put(deliveries(20, 1, 1), connection);
        assertThat(inbox.take()).hasSize(20);
    }

    @Test
    void a_broker_that_sends_more_than_it_takes_has_no_such_limit() throws Exception {
        Inbox inbox = new Inbox(new Limits(30, 1_000, HOUR, 1_000));
        inbox.begin(true, 20);
        inbox.put(deliveries(21, 1, 1), connection);
        CompletableFuture<Integer> batch = taking(inbox);
        inbox.put(deliveries(9, 1, 1), connection);

        assertThat(batch.get(10, TimeUnit.SECONDS)).isEqualTo(30);
        assertThat(inbox.foundWindow()).isZero();
    }

    private static CompletableFuture<Integer> taking(Inbox inbox) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return inbox.take().size();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
