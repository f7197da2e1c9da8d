package dev.serai.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.landing.Redactor;
import dev.serai.mqtt.MessageBatch;
import dev.serai.mqtt.ReceivedMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Messages of a broker as one landed object, and the records that are in it. Pure.
 *
 * <p>The object is a JSON array of {@code {"topic", "received_at", "payload"}}, the payload being the message exactly as a
 * text; one that is not UTF-8 has {@code payload_base64} instead.
 */
final class LandedMessages {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<Set<String>> ENVELOPES =
            Set.of(Set.of("topic", "received_at", "payload"), Set.of("topic", "received_at", "payload_base64"));

    private LandedMessages() {}

    /**
     * What is landed.
     *
     * @param sensitive fields that nobody may keep, comma separated
     */
    static byte[] land(MessageBatch messages, String sensitive) {
        Redactor redactor = new Redactor();
        ArrayNode landed = JSON.createArrayNode();
        for (ReceivedMessage message : messages) {
            byte[] payload = sensitive.isBlank() ? message.payload() : redactor.redact(message.payload(), sensitive);
            ObjectNode envelope = landed.addObject()
                    .put("topic", message.topic())
                    .put("received_at", message.receivedAt().toString());
            String text = text(payload);
            if (text.isEmpty() && payload.length > 0) {
                envelope.put("payload_base64", Base64.getEncoder().encodeToString(payload));
            } else {
                envelope.put("payload", text);
            }
        }
        return bytes(landed);
    }

    /**
     * The records: the payloads in an array, each as it stands there. One that is no JSON becomes a text, which no
     * declaration takes, so that it alone is rejected. What is no array of messages is yielded as it is.
     */
    static byte[] records(byte[] landed) {
        JsonNode messages;
        try {
            messages = JSON.readTree(landed);
        } catch (IOException e) {
            return landed; // the reader of the records says what is wrong and where
        }
        if (!messages.isArray() || messages.isEmpty()) {
            return landed;
        }
        StringJoiner records = new StringJoiner(",", "[", "]");
        for (JsonNode message : messages) {
            if (!isEnvelope(message)) {
                return landed;
            }
            String payload = message.path("payload")
                    .asText(message.path("payload_base64").asText());
            records.add(isJson(payload) ? payload : TextNode.valueOf(payload).toString());
        }
        return records.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isEnvelope(JsonNode message) {
        return message.isObject()
                && message.properties().stream()
                        .allMatch(field -> field.getValue().isTextual())
                && ENVELOPES.stream()
                        .anyMatch(names ->
                                names.size() == message.size() && names.stream().allMatch(message::has));
    }

    private static boolean isJson(String payload) {
        try {
            return !JSON.readTree(payload).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** Empty if it is not UTF-8. */
    private static String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("texts can always be written", e);
        }
    }
}
