package dev.serai.landing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes the sensitive values out of an answer before anything is stored of it.
 *
 * <p>In JSON the value of each sensitive field, at any depth, becomes {@code null}; every other byte stays as it was
 * received. Where an answer stops being JSON (cut off, an error page), the rest is searched as text and what follows a
 * sensitive name becomes {@code null}. A body with NUL bytes (UTF-16, binary) is withheld as a whole: nobody can tell what is in it. <br>
 * Pure and thread-safe.
 */
public final class Redactor {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String REMOVED = "null";

    /**
     * Yields what may be stored of an answer.
     *
     * @param body the answer as received
     * @param names the sensitive fields, comma separated, upper or lower case: {@code "password, cc_number"}
     */
    public byte[] redact(byte[] body, String names) {
        if (!isText(body)) {
            return "[%d bytes withheld: they are not UTF-8 text]"
                    .formatted(body.length)
                    .getBytes(StandardCharsets.UTF_8);
        }
        Set<String> sensitive = Arrays.stream(names.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        // One character for each byte: what stands in JSON's grammar is ASCII, and the rest comes out as it went in.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return redact(text, sensitive).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String redact(String text, Set<String> sensitive) {
        StringBuilder kept = new StringBuilder(text.length());
        int done = 0; // everything before is in kept
        int sound = 0; // where the last token began that could be read
        boolean valueIsSensitive = false;
        try (JsonParser json = JSON.createParser(text)) {
            JsonToken token;
            while ((token = json.nextToken()) != null) {
                if (valueIsSensitive) {
                    int start = start(json);
                    json.skipChildren();
                    json.finishToken();
                    kept.append(text, done, start).append(REMOVED);
                    done = (int) json.currentLocation().getCharOffset();
                    sound = done;
                    valueIsSensitive = false;
                } else {
                    json.finishToken();
                    sound = start(json);
                    valueIsSensitive = token == JsonToken.FIELD_NAME
                            && sensitive.contains(json.currentName().toLowerCase(Locale.ROOT));
                }
            }
            return kept.append(text, done, text.length()).toString();
        } catch (JsonProcessingException e) {
            kept.append(text, done, sound);
            // A sensitive value that is cut off or broken has no known end, so nothing from its name on is kept.
            return valueIsSensitive
                    ? kept.toString()
                    : kept.append(mask(text.substring(sound), sensitive)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot fail to be read", e);
        }
    }

    private static String mask(String rest, Set<String> sensitive) {
        String masked = rest;
        for (String name : sensitive) {
            Pattern assignment = Pattern.compile(
                    "(?i)(" + Pattern.quote(name)
                            + "[\"']?\\s*[:=]\\s*)(\"(?:[^\"\\\\]|\\\\.)*+(?:\"|$)|[^,}\\]\\s<&]+)",
                    Pattern.DOTALL);
            masked = assignment.matcher(masked).replaceAll("$1" + REMOVED);
        }
        return masked;
    }

    private static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getCharOffset();
    }

    /** Every encoding that JSON comes in but UTF-16 and UTF-32 writes ASCII as ASCII; those two have NUL bytes. */
    private static boolean isText(byte[] body) {
        for (byte b : body) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }
}
