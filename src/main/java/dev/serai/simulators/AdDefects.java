package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What can be wrong with the records of an answer. Changes the given records. */
final class AdDefects {

    private AdDefects() {}

    /** In five records if there are as many, else in fewer: each mandatory field once, and the scheme. */
    static void wrongTypes(List<ObjectNode> ads) {
        int size = ads.size();
        ads.get(0).remove("ad_id");
        ads.get(1 % size).put("ad_campaign", "none");
        ads.get(2 % size).put("shown_at", "yesterday");
        ads.get(3 % size).put("ad_scheme", "manual");
        ads.get(4 % size).put("ad_group", 7);
    }

    static void nulls(List<ObjectNode> ads) {
        ads.get(0).putNull("ad_group");
    }

    /** Shown in the year 2098. */
    static void outOfRange(List<ObjectNode> ads) {
        ads.get(0).put("shown_at", 4_039_372_800L);
    }

    static void unheardOf(List<ObjectNode> ads) {
        ads.get(0).put("ad_group", "unheard of");
    }
}
