package dev.serai.simulators;

/** How many records each answer of a source has, or each second of a sensor; may be changed while it runs. Thread-safe. */
final class RecordsPerCall {

    static final int MOST = 100_000;

    private volatile int count;

    RecordsPerCall(int count) {
        this.count = count;
    }

    int count() {
        return count;
    }

    void set(int records) {
        count = records;
    }
}
