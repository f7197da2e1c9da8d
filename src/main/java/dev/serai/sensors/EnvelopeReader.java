package dev.serai.sensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link Envelopes} wrote, one after the other or in an array. Anything else in JSON is taken for a message itself,
 * of an unknown topic: that is what a person writes who repairs a dead letter. For one thread. Close after use.
 */
final class EnvelopeReader implements AutoCloseable {

    /** Numbers as their digits say, not as the nearest double. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final JsonParser json;
    private JsonNode current = JSON.missingNode();

    EnvelopeReader(InputStream in) throws IOException {
        json = JSON.createParser(in);
    }

    /** Reads the next one; false when there is none. */
    boolean next() throws IOException {
        JsonToken token = json.nextToken();
        while (token == JsonToken.END_ARRAY || (token == JsonToken.START_ARRAY && isOutermost())) {
            token = json.nextToken();
        }
        if (token == null) {
            return false;
        }
        current = JSON.readTree(json);
        return true;
    }

    private boolean isOutermost() {
        return json.getParsingContext().getParent().inRoot();
    }

    /** Empty if it is not known. */
    String topic() {
        return isEnvelope() ? current.path("topic").asText("") : "";
    }

    /** When it came from the broker, if that is known. */
    @Nullable
    Instant receivedAt() {
        long micros = Instants.ofText(isEnvelope() ? current.path("received_at").asText("") : "");
        return micros == Instants.NONE ? null : Instants.of(micros);
    }

    /** The message. */
    byte[] payload() {
        JsonNode base64 = current.path("payload_base64");
        if (base64.isTextual()) {
            try {
                return Base64.getDecoder().decode(base64.textValue());
            } catch (IllegalArgumentException e) {
                return base64.textValue().getBytes(StandardCharsets.UTF_8); // and will be rejected as what it is
            }
        }
        JsonNode text = current.path("payload");
        String payload = text.isTextual() ? text.textValue() : current.toString();
        return payload.getBytes(StandardCharsets.UTF_8);
    }

    private boolean isEnvelope() {
        return current.path("payload").isTextual()
                || current.path("payload_base64").isTextual();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
