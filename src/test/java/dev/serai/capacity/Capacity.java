package dev.serai.capacity;

import java.util.List;
import java.util.Locale;

/** Prints the tables of docs/design-at-scale.md: {@code make capacity}. Inputs are the constants; change them and compare. */
public final class Capacity {

    /** What one node loads on four cores of its own; measured on two that it shared with its database, and rounded down. */
    static final double PER_NODE = 80_000;
    /** Rows a second that one PostgreSQL of 16 cores takes; measured 150 to 200 thousand on two cores without anything beside it. */
    static final double PER_DATABASE = 250_000;
    /** Messages a second that one broker takes and hands out twice. */
    static final double PER_BROKER = 100_000;

    static final double SPARE = 0.5;
    static final double SWING = 0.3;
    static final double MESSAGE_BYTES = 80;

    static final Bill.Prices PRICES = new Bill.Prices(0.16, 2.5, 0.0125, 0.12, 0.01, 12, 180, 30, 100_000);

    private static final int TEN_MINUTES = 600;
    private static final int HOUR = 3_600;
    private static final int NOON = Demand.DAY / 2;
    private static final List<Long> SENSORS = List.of(1_000L, 10_000L, 100_000L, 1_000_000L, 10_000_000L);

    private Capacity() {}

    public static void main(String[] arguments) {
        System.out.print(text());
    }

    static String text() {
        return plants() + "\n" + outages() + "\n" + bills();
    }

    private static Demand demand(long sensors) {
        return new Demand(sensors, 1, SWING);
    }

    private static Plant plant(long sensors) {
        return Plant.of(demand(sensors), SPARE, PER_NODE, PER_DATABASE);
    }

    static int brokers(Demand demand) {
        return Math.max(1, (int) Math.ceil(demand.peak() * (1 + SPARE) / PER_BROKER));
    }

    private static String plants() {
        StringBuilder text = new StringBuilder("""
                | sensors, a reading a second each | messages a day | at the busiest second | brokers | nodes | databases |
                |---:|---:|---:|---:|---:|---:|
                """);
        for (long sensors : SENSORS) {
            Demand demand = demand(sensors);
            Plant plant = plant(sensors);
            text.append(line(
                    "| %,d | %s | %,.0f | %d | %d | %d |",
                    sensors,
                    millions(demand.average() * Demand.DAY),
                    demand.peak(),
                    brokers(demand),
                    plant.nodes(),
                    plant.databases()));
        }
        return text.toString();
    }

    private static String outages() {
        StringBuilder text = new StringBuilder("""
                | sensors | what happens at the busiest time | waits in the brokers | longest delay | all is caught up after |
                |---:|---|---:|---:|---:|
                """);
        for (long sensors : SENSORS) {
            Plant plant = plant(sensors);
            text.append(outage(sensors, plant, "databases away for 10 minutes", TEN_MINUTES, 0));
            text.append(outage(sensors, plant, "databases away for an hour", HOUR, 0));
            text.append(outage(
                    sensors,
                    plant,
                    "half of the nodes lost for an hour",
                    HOUR,
                    plant.without(plant.nodes() / 2).rate()));
        }
        return text.toString();
    }

    private static String outage(long sensors, Plant plant, String what, int seconds, double rate) {
        Demand demand = demand(sensors);
        Day day = Day.of(demand, plant.rate(), List.of(new Outage(NOON, seconds, rate)));
        return line(
                "| %,d | %s | %s, %s | %s | %s |",
                sensors,
                what,
                millions(day.peakQueue()),
                bytes(day.peakQueue() * MESSAGE_BYTES),
                seconds(day.longestDelay()),
                day.caughtUpAfter() < 0 ? "not that day" : seconds(day.caughtUpAfter()));
    }

    private static String bills() {
        StringBuilder text = new StringBuilder("""
                | sensors | machines | raw lake after a year | tables, 30 days | PUT requests | a month | a million readings |
                |---:|---:|---:|---:|---:|---:|---:|
                """);
        for (long sensors : SENSORS) {
            Demand demand = demand(sensors);
            Bill bill = Bill.of(demand, plant(sensors), brokers(demand), PRICES);
            text.append(line(
                    "| %,d | $%,.0f | $%,.2f | $%,.2f | $%,.2f | $%,.0f | $%,.4f |",
                    sensors,
                    bill.machines(),
                    bill.raw(),
                    bill.tables(),
                    bill.requests(),
                    bill.all(),
                    bill.perMillion(demand)));
        }
        return text.toString();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }

    private static String millions(double messages) {
        return messages < 1e6
                ? String.format(Locale.ROOT, "%,.0f", messages)
                : messages < 1e9
                        ? String.format(Locale.ROOT, "%,.1f million", messages / 1e6)
                        : String.format(Locale.ROOT, "%,.1f billion", messages / 1e9);
    }

    private static String bytes(double bytes) {
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
    }

    private static String seconds(long seconds) {
        return seconds < 120
                ? seconds + " s"
                : seconds < 2 * HOUR
                        ? Math.round(seconds / 60.0) + " min"
                        : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }
}
