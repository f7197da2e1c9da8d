package dev.serai.mqtt;

import dev.serai.ledger.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a consumer tells. Thread-safe. */
final class Told implements StreamObserver {

    final AtomicInteger left = new AtomicInteger();
    final AtomicInteger connected = new AtomicInteger();
    final List<String> disconnected = new CopyOnWriteArrayList<>();
    final AtomicInteger received = new AtomicInteger();
    final AtomicInteger processed = new AtomicInteger();
    final List<Duration> silent = new CopyOnWriteArrayList<>();
    final List<Throwable> failed = new CopyOnWriteArrayList<>();
    final List<String> warned = new CopyOnWriteArrayList<>();
    final List<String> foretold = new CopyOnWriteArrayList<>();

    @Override
    public void left(String routeId) {
        left.incrementAndGet();
    }

    @Override
    public void connected(String routeId) {
        connected.incrementAndGet();
    }

    @Override
    public void disconnected(String routeId, String reason) {
        disconnected.add(reason);
    }

    @Override
    public void received(String routeId, int messages, Instant at) {
        received.addAndGet(messages);
    }

    @Override
    public void processed(String routeId, int messages) {
        processed.addAndGet(messages);
    }

    @Override
    public void silent(String routeId, Duration since, Duration usual) {
        silent.add(since);
    }

    @Override
    public void failed(String routeId, Throwable failure, Duration nextTry) {
        failed.add(failure);
    }

    @Override
    public void warned(String routeId, String warning) {
        warned.add(warning);
    }

    @Override
    public void foretold(String routeId, long queueLimit, double perSecond) {
        foretold.add("%d %.1f".formatted(queueLimit, perSecond));
    }
}
