package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.batch.Excerpt;
import dev.serai.batch.InvalidRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that is wrong with one document; its code is that of the first. For one document and one thread. */
final class Complaints {

    /** What a message names of a document that is wrong in many places. */
    private static final int MOST = 20;

    private final String what;
    private final List<String> complaints = new ArrayList<>();
    private String code = "";

    /** @param what the document, for messages and codes: "user" */
    Complaints(String what) {
        this.what = what;
    }

    /**
     * Notes one.
     *
     * @param path with places in arrays, for the message
     * @param name without, for the code
     */
    void add(String path, String name, String expected, JsonNode seen) {
        boolean absent = seen.isMissingNode() || seen.isNull();
        if (complaints.isEmpty()) {
            code = "%s_%s_%s"
                    .formatted(what, name.replaceAll("[^A-Za-z0-9]+", "_"), absent ? "MISSING" : "INVALID")
                    .toUpperCase(Locale.ROOT);
        }
        if (complaints.size() < MOST) {
            complaints.add("'%s' must be %s, was %s"
                    .formatted(path, expected, seen.isMissingNode() ? "nothing" : Excerpt.of(seen.toString())));
        }
    }

    /** Throws if there is any. */
    void verify(String documentId) {
        if (!complaints.isEmpty()) {
            throw new InvalidRecordException(
                    code, "%s %s: %s".formatted(what, Excerpt.of(documentId), String.join("; ", complaints)));
        }
    }
}
