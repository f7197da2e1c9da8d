package dev.serai.observe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A span as OTLP has it in protocol buffers: the fields that tests look at.
 *
 * @param parent empty for the first of its trace
 * @param text all of it, as far as it is text: attributes too
 */
record Span(String trace, String id, String parent, String name, long nanoseconds, String text) {

    /** Fields of a message by their numbers; a message, a text or bytes as bytes, a fixed number as a long. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        Map<Integer, List<Object>> fields = new TreeMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            long tag = varint(buffer);
            Object value =
                    switch ((int) (tag & 7)) {
                        case 0 -> varint(buffer);
                        case 1 -> buffer.getLong();
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(buffer)];
                            buffer.get(bytes);
                            yield bytes;
                        }
                        case 5 -> (long) buffer.getInt();
                        default -> throw new IllegalArgumentException("no protocol buffers: tag " + tag);
                    };
            fields.computeIfAbsent((int) (tag >> 3), number -> new ArrayList<>())
                    .add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static List<Object> values(Map<Integer, List<Object>> fields, int number) {
        return fields.getOrDefault(number, List.of());
    }

    private static List<byte[]> messages(byte[] message, int number) {
        return values(fields(message), number).stream().map(byte[].class::cast).toList();
    }

    /** Those of all requests. */
    static List<Span> of(Collection<byte[]> requests) {
        return requests.stream()
                .flatMap(request -> messages(request, 1).stream())
                .flatMap(resource -> messages(resource, 2).stream())
                .flatMap(scope -> messages(scope, 2).stream())
                .map(Span::of)
                .toList();
    }

    /** What each request says of the process. */
    static List<String> resources(Collection<byte[]> requests) {
        return requests.stream()
                .flatMap(request -> messages(request, 1).stream())
                .flatMap(resource -> messages(resource, 1).stream())
                .map(resource -> new String(resource, StandardCharsets.UTF_8))
                .toList();
    }

    /** The first of a trace that says a word. */
    static Span named(List<Span> spans, String word) {
        return spans.stream()
                .filter(span -> span.parent().isEmpty() && span.text().contains(word))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no trace of %s in %s".formatted(word, spans)));
    }

    private static Span of(byte[] message) {
        Map<Integer, List<Object>> fields = fields(message);
        return new Span(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                new String((byte[]) values(fields, 5).get(0), StandardCharsets.UTF_8),
                (long) values(fields, 8).get(0) - (long) values(fields, 7).get(0),
                new String(message, StandardCharsets.UTF_8));
    }

    private static String hex(Map<Integer, List<Object>> fields, int number) {
        return values(fields, number).stream()
                .map(bytes -> HexFormat.of().formatHex((byte[]) bytes))
                .findFirst()
                .orElse("");
    }
}
