package dev.serai.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The words of OpenLineage 2. Pure. */
final class OpenLineage {

    static final String PRODUCER = "urn:serai";
    static final String SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

    private OpenLineage() {}

    /**
     * Where tables are.
     *
     * @param namespace {@code postgres://host:port}
     * @param name of the database
     */
    record Database(String namespace, String name) {}

    static ObjectNode facet(ObjectNode facets, String name, String schema) {
        return facets.putObject(name)
                .put("_producer", PRODUCER)
                .put("_schemaURL", "https://openlineage.io/spec/facets/" + schema);
    }

    /** Addresses of sources, as routes say them. */
    static void inputs(ObjectNode event, Collection<String> sources, String namespace) {
        ArrayNode inputs = event.putArray("inputs");
        sources.forEach(source -> inputs.addObject().put("namespace", namespace).put("name", source));
    }

    /**
     * The tables that a run writes.
     *
     * @param tables that its route leads to
     * @param row with {@code datasets} and {@code written}: what the loads of the run have counted
     */
    static void outputs(ObjectNode event, Collection<String> tables, ResultSet row, Database database)
            throws SQLException {
        Map<String, Long> written = new TreeMap<>();
        tables.forEach(table -> written.put(table, -1L));
        Array datasets = row.getArray("datasets");
        if (datasets != null) {
            Object[] names = (Object[]) datasets.getArray();
            Object[] counts = (Object[]) row.getArray("written").getArray();
            for (int i = 0; i < names.length; i++) {
                long count = ((Number) counts[i]).longValue();
                written.merge(names[i].toString(), count, (before, more) -> Math.max(0, before) + more);
            }
        }
        ArrayNode outputs = event.putArray("outputs");
        written.forEach((table, count) -> {
            ObjectNode output = outputs.addObject();
            output.put("namespace", database.namespace()).put("name", database.name() + "." + table);
            if (count >= 0 && !event.get("eventType").asText().equals("START")) {
                facet(
                                output.putObject("outputFacets"),
                                "outputStatistics",
                                "1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet")
                        .put("rowCount", count);
            }
        });
    }
}
