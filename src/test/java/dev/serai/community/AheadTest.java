package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One piece is made while the one before is used. */
class AheadTest {

    @Test
    void a_piece_is_made_before_it_is_asked_for() throws Exception {
        try (Ahead<String> ahead = new Ahead<>("ahead-test")) {
            CountDownLatch made = new CountDownLatch(1);
            ahead.begin(() -> {
                made.countDown();
                return Thread.currentThread().getName();
            });
            made.await();

            assertThat(ahead.isBegun()).isTrue();
            assertThat(ahead.take()).isEqualTo("ahead-test");
            assertThat(ahead.isBegun()).isFalse();
        }
    }

    @Test
    void what_went_wrong_is_said_when_the_piece_is_taken() {
        try (Ahead<String> ahead = new Ahead<>("ahead-test")) {
            ahead.begin(() -> {
                throw new SQLException("away");
            });

            assertThatThrownBy(ahead::take).isInstanceOf(SQLException.class).hasMessage("away");
            assertThatThrownBy(ahead::take).as("and stays wrong").hasMessage("away");
        }
    }

    @Test
    void close_breaks_off_what_is_made_and_waits_until_it_has_ended() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        try (Ahead<String> ahead = new Ahead<>("ahead-test")) {
            ahead.begin(() -> {
                try {
                    begun.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    ended.set(true);
                }
                return null;
            });
            begun.await();
        }
        assertThat(ended).isTrue();
    }
}
