package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.batch.Excerpt;
import java.util.Set;

/**
 * The fields of one document that no column knows: {@code {"path", "type", "example"}} each.
 *
 * <p>Not those that are kept in {@code extra} on purpose; what is new beside them in the same document inside is. For one
 * document and one thread.
 */
final class Drift {

    private final ArrayNode found;
    private final Set<String> kept;

    /**
     * @param found gets an entry for each
     * @param kept names joined by dots, places in arrays left out
     */
    Drift(ArrayNode found, Set<String> kept) {
        this.found = found;
        this.kept = kept;
    }

    /** Notes a field that no column knows. */
    void note(String path, JsonNode value) {
        if (kept.contains(path)) {
            return;
        }
        String inside = path + ".";
        if (ExtendedJson.isDocument(value) && kept.stream().anyMatch(each -> each.startsWith(inside))) {
            value.properties().forEach(field -> note(inside + field.getKey(), field.getValue()));
            return;
        }
        found.addObject()
                .put("path", path)
                .put("type", ExtendedJson.type(value))
                .put("example", Excerpt.of(value.toString()).replace("\0", ""));
    }
}
