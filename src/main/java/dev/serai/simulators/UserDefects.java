package dev.serai.simulators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What can be wrong with the records of an answer. Changes the given records. */
final class UserDefects {

    private UserDefects() {}

    /** The shape of the rewritten service: {@code address.street} and {@code address.zip}, no uid, no username. */
    static void withoutUid(ObjectNode user) {
        user.remove(List.of("uid", "username"));
        ObjectNode address = user.withObject("/address");
        address.remove("street_name");
        rename(address, "street_address", "street");
        rename(address, "zip_code", "zip");
    }

    /** The last record takes the id of the first; a single one takes the id sent before. */
    static void duplicateId(List<ObjectNode> users, int idBefore) {
        int id = users.size() > 1 ? users.get(0).path("id").intValue() : idBefore;
        users.get(users.size() - 1).put("id", id);
    }

    /** In three records if there are as many, else in fewer. */
    static void wrongTypes(List<ObjectNode> users) {
        users.get(0).put("date_of_birth", 19_700_101);
        users.get(1 % users.size()).withObject("/address").put("coordinates", "12.5, -7.25");
        users.get(2 % users.size()).putNull("subscription");
    }

    /** Name and address of one user. */
    static void nulls(List<ObjectNode> users) {
        users.get(0).putNull("first_name").putNull("email");
    }

    /** A latitude beyond the poles, and somebody who is to be born in a while. */
    static void outOfRange(List<ObjectNode> users) {
        users.get(0).withObject("/address").withObject("/coordinates").put("lat", 123.4);
        users.get(users.size() - 1).put("date_of_birth", "2190-01-01");
    }

    static void unheardOf(List<ObjectNode> users) {
        users.get(0).put("gender", "Unheard of");
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        object.set(to, value);
    }
}
