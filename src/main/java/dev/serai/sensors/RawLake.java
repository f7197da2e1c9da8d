package dev.serai.sensors;

import dev.serai.landing.LandingZone;
import dev.serai.mqtt.MessageBatch;
import dev.serai.mqtt.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Turns messages into objects of the raw lake: compressed JSON lines, see {@link Envelopes}.
 *
 * <p>An object holds messages that arrived within one hour (UTC):
 * {@code dt=2026-11-21/hour=06/20261121T060000.123456Z-<digest>.jsonl.gz}, named by its first message and its bytes, so that the
 * same batch, tried again, is the same object. Pure and thread-safe.
 */
public final class RawLake {

    private static final DateTimeFormatter HOUR = format("'dt='uuuu-MM-dd'/hour='HH");
    private static final DateTimeFormatter INSTANT = format("uuuuMMdd'T'HHmmss.SSSSSS'Z'");
    private static final int NAME_BYTES = 8;
    private static final int BYTES_EACH = 100;
    private static final int BUFFER = 1 << 16;

    private final LandingZone zone;

    /** @param zone bucket and prefix: {@code s3://sensor-data/raw/} */
    public RawLake(String zone) {
        this.zone = LandingZone.of(zone);
    }

    /** Nearly always one object. */
    public List<LakeObject> objects(MessageBatch messages) {
        List<LakeObject> objects = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= messages.size(); i++) {
            if (i == messages.size() || !hourOf(messages.get(i)).equals(hourOf(messages.get(begin)))) {
                objects.add(object(messages.subList(begin, i)));
                begin = i;
            }
        }
        return objects;
    }

    private LakeObject object(List<ReceivedMessage> messages) {
        byte[] bytes = compressed(messages);
        Instant first = messages.get(0).receivedAt();
        String key = "%s%s/%s-%s.jsonl.gz"
                .formatted(zone.prefix(), HOUR.format(first), INSTANT.format(first), digest(bytes));
        return new LakeObject(zone.bucket(), key, bytes);
    }

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    private static Instant hourOf(ReceivedMessage message) {
        return message.receivedAt().truncatedTo(ChronoUnit.HOURS);
    }

    private static byte[] compressed(List<ReceivedMessage> messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes, BUFFER) {
            {
                def.setLevel(Deflater.BEST_SPEED); // a third of the time for a tenth more of bytes
            }
        }) {
            Envelopes lines = new Envelopes(BUFFER + BYTES_EACH);
            for (ReceivedMessage message : messages) {
                lines.add(message.topic(), message.receivedAt(), message.payload());
                lines.line();
                if (lines.length() > BUFFER) {
                    lines.moveTo(gzip);
                }
            }
            lines.moveTo(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
