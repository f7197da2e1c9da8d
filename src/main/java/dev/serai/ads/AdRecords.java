package dev.serai.ads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.Batch;
import dev.serai.batch.BatchReader;
import dev.serai.batch.Fields;

/**
 * Turns an answer of the ad API into rows of {@code ads.impression}.
 *
 * <p>Source: an array of {@code {"ad_id", "ad_group", "ad_campaign", "shown_at", "ad_scheme"}}. <br>
 * Row: the flat columns of the table. {@code ad_campaign} is a number or the text {@code "__unknown"}, which becomes NULL
 * and {@code campaign_unknown}; {@code ad_scheme} may be absent, anything else may not. <br>
 * Units: {@code shown_at} in seconds since 1970 with a fraction, read from its digits; finer than a microsecond is rounded
 * to the nearest, half to even. <br>
 * Errors: a record with a field that is missing or of another type is rejected, with all its faults in one message; codes
 * are {@code AD_<FIELD>_MISSING} and {@code AD_<FIELD>_INVALID}. <br>
 * Pure and thread-safe: no I/O, no clock, no Camel types.
 */
public final class AdRecords {

    private static final String UNKNOWN = "__unknown";

    private final BatchReader reader = new BatchReader("ad", AdRecords::row);

    public Batch read(byte[] answer) {
        return reader.read(answer);
    }

    private static ObjectNode row(JsonNode record) {
        Fields ad = new Fields("ad", record);
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("ad_id", ad.requiredUuid("ad_id"));
        row.put("ad_group", ad.requiredText("ad_group"));
        Integer campaign = ad.requiredIntegerOr("ad_campaign", UNKNOWN);
        row.put("ad_campaign", campaign);
        row.put("campaign_unknown", campaign == null);
        row.put("shown_at", ad.requiredEpochSeconds("shown_at"));
        row.put("scheme_origin", ad.text("ad_scheme.origin"));
        row.put("scheme_approved", ad.bool("ad_scheme.approved"));
        ad.verify();
        return row;
    }
}
