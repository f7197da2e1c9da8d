package dev.serai.sensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.batch.AnswerException;
import dev.serai.batch.Batch;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the readings of one load and hands them over as the parameters of {@code load-readings.sql}: one array a column,
 * ordered by sensor and time, each key once.
 *
 * <p>In the order, so that two processes that load the same keys wait for each other instead of locking each other out. A
 * reading whose key is there already goes as a rival, about which the statement decides. For one thread.
 */
final class ReadingRows {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long DAY_MICROS = 86_400_000_000L;

    /** The readings of one sensor, in the order of arrival. */
    private static final class OfSensor {
        private int[] rows = new int[16];
        private int count;

        void add(int row) {
            if (count == rows.length) {
                rows = Arrays.copyOf(rows, 2 * count);
            }
            rows[count++] = row;
        }
    }

    private final Map<String, OfSensor> sensors = new HashMap<>();
    private final Envelopes letters;
    private final ArrayNode rejected = JSON.createArrayNode();
    private final ArrayNode rivals = JSON.createArrayNode();
    private final long pastMicros;
    private final long futureMicros;

    private long[] measuredAt;
    private long[] receivedAt;
    private String[] values;
    private int[] positions;
    private int[] letterEnds;
    private int rows;
    private int read;

    /**
     * @param expected how many there will be, about
     * @param past what is measured longer before its arrival was measured by a wrong clock
     * @param future the same after it
     */
    ReadingRows(int expected, Duration past, Duration future) {
        int room = Math.max(16, expected);
        measuredAt = new long[room];
        receivedAt = new long[room];
        values = new String[room];
        positions = new int[room];
        letterEnds = new int[room];
        letters = new Envelopes(room * 128);
        pastMicros = past.toSeconds() * 1_000_000;
        futureMicros = future.toSeconds() * 1_000_000;
    }

    int read() {
        return read;
    }

    /** The next message, which is a reading. */
    void add(String sensorId, long measuredMicros, String value, String topic, Instant received, byte[] message) {
        if (read == letterEnds.length) {
            letterEnds = Arrays.copyOf(letterEnds, 2 * read);
        }
        if (rows == values.length) {
            int room = 2 * rows;
            measuredAt = Arrays.copyOf(measuredAt, room);
            receivedAt = Arrays.copyOf(receivedAt, room);
            values = Arrays.copyOf(values, room);
            positions = Arrays.copyOf(positions, room);
        }
        measuredAt[rows] = measuredMicros;
        receivedAt[rows] = Instants.micros(received);
        values[rows] = value;
        positions[rows] = read;
        OfSensor sensor = sensors.get(sensorId);
        if (sensor == null) {
            sensor = new OfSensor();
            sensors.put(sensorId, sensor);
        }
        sensor.add(rows++);
        letters.add(topic, null, message);
        letterEnds[read++] = letters.length();
    }

    /** The next message, which is none. */
    void reject(String code, String message, String topic, byte[] payload) {
        if (read == letterEnds.length) {
            letterEnds = Arrays.copyOf(letterEnds, 2 * read);
        }
        int begin = letters.length();
        letters.add(topic, null, payload);
        rejected.addObject()
                .put("position", read)
                .put("code", code)
                .put("message", message)
                .put("payload", letters.text(begin));
        letters.truncate(begin);
        letterEnds[read++] = begin;
    }

    Batch toBatch(@Nullable AnswerException fault) {
        Columns columns = new Columns(rows);
        new TreeMap<>(sensors).forEach((sensorId, sensor) -> {
            int kept = -1;
            for (int row : inOrderOfTime(sensor)) {
                if (kept < 0 || measuredAt[row] != measuredAt[kept]) {
                    columns.add(sensorId, row);
                    kept = row;
                } else {
                    rival(sensorId, row, kept);
                }
            }
        });
        return new Batch(read, "[]", rejected.toString(), fault, columns.parameters());
    }

    /** Stable: of two with the same time the one that came first is first. */
    private int[] inOrderOfTime(OfSensor sensor) {
        int[] order = Arrays.copyOf(sensor.rows, sensor.count);
        for (int i = 1; i < order.length; i++) {
            if (measuredAt[order[i]] < measuredAt[order[i - 1]]) {
                return Arrays.stream(order)
                        .boxed()
                        .sorted(Comparator.comparingLong(row -> measuredAt[row]))
                        .mapToInt(Integer::intValue)
                        .toArray();
            }
        }
        return order;
    }

    private void rival(String sensorId, int row, int kept) {
        rivals.addObject()
                .put("position", positions[row])
                .put("sensor_id", sensorId)
                .put("measured_at", Instants.of(measuredAt[row]).toString())
                .put("value", new BigDecimal(values[row]))
                .put("first_value", new BigDecimal(values[kept]));
    }

    private @Nullable String clockFault(int row) {
        long ahead = measuredAt[row] - receivedAt[row];
        return ahead > futureMicros ? "future" : ahead < -pastMicros ? "past" : null;
    }

    /** What the statement is given. */
    private final class Columns {

        private final String[] sensorIds;
        private final long[] measured;
        private final String[] digits;
        private final long[] received;
        private final @Nullable String[] clockFaults;
        private final int[] places;
        private final TreeSet<Long> days = new TreeSet<>();
        private int count;

        Columns(int most) {
            sensorIds = new String[most];
            measured = new long[most];
            digits = new String[most];
            received = new long[most];
            clockFaults = new String[most];
            places = new int[most];
        }

        void add(String sensorId, int row) {
            sensorIds[count] = sensorId;
            measured[count] = measuredAt[row];
            digits[count] = values[row];
            received[count] = receivedAt[row];
            clockFaults[count] = clockFault(row);
            places[count] = positions[row];
            if (count == 0 || dayOf(measured[count]) != dayOf(measured[count - 1])) {
                days.add(dayOf(measured[count]));
            }
            count++;
        }

        private static long dayOf(long micros) {
            return Math.floorDiv(micros, DAY_MICROS);
        }

        Map<String, Object> parameters() {
            return Map.ofEntries(
                    Map.entry("sensor_ids", Arrays.copyOf(sensorIds, count)),
                    Map.entry("measured_us", Arrays.copyOf(measured, count)),
                    Map.entry("value_digits", Arrays.copyOf(digits, count)),
                    Map.entry("received_us", Arrays.copyOf(received, count)),
                    Map.entry("clock_faults", Arrays.copyOf(clockFaults, count)),
                    Map.entry("positions", Arrays.copyOf(places, count)),
                    Map.entry("sensors", sensors.keySet().toArray(String[]::new)),
                    Map.entry("days", days.stream().mapToInt(Long::intValue).toArray()),
                    Map.entry("rivals", rivals.toString()),
                    Map.entry("letters", letters.toBytes()),
                    Map.entry("letter_ends", Arrays.copyOf(letterEnds, read)));
        }
    }
}
