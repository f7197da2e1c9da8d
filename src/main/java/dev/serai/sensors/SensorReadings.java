package dev.serai.sensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.serai.batch.AnswerException;
import dev.serai.batch.Batch;
import dev.serai.mqtt.BatchDecoder;
import dev.serai.mqtt.MessageBatch;
import dev.serai.mqtt.ReceivedMessage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Turns messages of sensors into rows of {@code sensors.reading}.
 *
 * <p>Source: {@code {"id": "Sensor 1", "dt": "2026-11-21T06:00:00.25", "value": 2}}; also {@code sensor_id} for {@code id},
 * {@code timestamp} for {@code dt}, and the topic {@code sensors/<name>} where the message names no sensor; further fields
 * are let be. <br>
 * Units: a time is UTC where it does not say otherwise, or seconds since 1970, see {@link Instants}; a value is a number in
 * the unit of its sensor, digit by digit. <br>
 * Errors: a message that is none of that is rejected, with all its faults in one sentence; codes are
 * {@code SENSOR_READING_…}. It is kept as an envelope, {@code {"topic", "payload"}}, see {@link Envelopes}. <br>
 * Row: see {@link ReadingRows}. Pure and thread-safe: no I/O, no clock, no Camel types.
 */
public final class SensorReadings implements BatchDecoder {

    private static final Duration FUTURE = Duration.ofMinutes(5);
    private static final int BYTES_EACH = 200;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final Duration past;

    /** @param clockFaultPastDays a reading that is older than this when it arrives was measured by a wrong clock; days */
    public SensorReadings(int clockFaultPastDays) {
        past = Duration.ofDays(clockFaultPastDays);
    }

    /** What came from the broker. */
    @Override
    public Batch decode(MessageBatch messages) {
        ReadingRows rows = new ReadingRows(messages.size(), past, FUTURE);
        ReadingParser parser = new ReadingParser();
        for (ReceivedMessage message : messages) {
            add(rows, parser, message.topic(), message.receivedAt(), message.payload());
        }
        return rows.toBatch(null);
    }

    /**
     * What was kept: an object of the raw lake, or a JSON array of dead letters, repaired ones included. Each is an envelope or
     * just a reading.
     *
     * @param kept JSON objects in an array or one after the other, compressed or not
     * @param now time of arrival of those that do not say it
     */
    public Batch kept(byte[] kept, Instant now) {
        ReadingRows rows = new ReadingRows(kept.length / BYTES_EACH, past, FUTURE);
        AnswerException fault = null;
        try (EnvelopeReader envelopes = new EnvelopeReader(open(kept))) {
            ReadingParser parser = new ReadingParser();
            while (envelopes.next()) {
                Instant receivedAt = envelopes.receivedAt();
                add(rows, parser, envelopes.topic(), receivedAt == null ? now : receivedAt, envelopes.payload());
            }
        } catch (JsonProcessingException | EOFException | ZipException e) {
            fault = new AnswerException(
                    "SENSOR_READINGS_CUT_OR_BROKEN",
                    "what was kept must be JSON objects to its end, is not after the first %d: %s"
                            .formatted(rows.read(), e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
        return rows.toBatch(fault);
    }

    private static InputStream open(byte[] kept) throws IOException {
        InputStream bytes = new ByteArrayInputStream(kept);
        boolean compressed = kept.length > 2 && ((kept[0] & 0xff) << 8 | (kept[1] & 0xff)) == GZIP_MAGIC;
        return compressed ? new GZIPInputStream(bytes, 1 << 16) : bytes;
    }

    private static void add(ReadingRows rows, ReadingParser parser, String topic, Instant receivedAt, byte[] message) {
        if (!Envelopes.isUtf8(message)) {
            rows.reject("SENSOR_READING_NOT_UTF8", "reading: must be JSON in UTF-8, was other bytes", topic, message);
        } else if (parser.read(message, topic)) {
            rows.add(parser.sensorId(), parser.measuredAt(), parser.value(), topic, receivedAt, message);
        } else {
            rows.reject(parser.code(), parser.complaint(), topic, message);
        }
    }
}
