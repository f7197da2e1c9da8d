package dev.serai.users;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.Batch;
import dev.serai.batch.BatchReader;
import dev.serai.batch.Fields;

/**
 * Turns an answer of random-data-api into rows of {@code users.profile}.
 *
 * <p>Source: {@code GET /api/v2/users?size=N}: one object for size 1, an array otherwise. <br>
 * Row: the flat columns of the table; {@code uid} is the key and has to be there, any other field may be absent. <br>
 * Units: latitude and longitude in degrees, date of birth as ISO 8601. <br>
 * Errors: a user without a proper {@code uid} or with a field of another type is rejected, with all its faults in one
 * message; codes are {@code USER_<FIELD>_MISSING} and {@code USER_<FIELD>_INVALID}. <br>
 * Pure and thread-safe: no I/O, no clock, no Camel types.
 */
public final class UserRecords {

    private final BatchReader reader = new BatchReader("user", UserRecords::row);

    public Batch read(byte[] answer) {
        return reader.read(answer);
    }

    private static ObjectNode row(JsonNode record) {
        Fields user = new Fields("user", record);
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("uid", user.requiredUuid("uid"));
        row.put("source_id", user.integer("id"));
        row.put("first_name", user.text("first_name"));
        row.put("last_name", user.text("last_name"));
        row.put("username", user.text("username"));
        row.put("email", user.text("email"));
        row.put("gender", user.text("gender"));
        row.put("date_of_birth", user.date("date_of_birth"));
        row.put("phone_number", user.text("phone_number"));
        row.put("avatar_url", user.text("avatar"));
        row.put("job_title", user.text("employment.title"));
        row.put("key_skill", user.text("employment.key_skill"));
        row.put("street_name", user.text("address.street_name"));
        row.put("street_address", user.text("address.street_address"));
        row.put("city", user.text("address.city"));
        row.put("state", user.text("address.state"));
        row.put("zip_code", user.text("address.zip_code"));
        row.put("country", user.text("address.country"));
        row.put("latitude", user.number("address.coordinates.lat", -90, 90));
        row.put("longitude", user.number("address.coordinates.lng", -180, 180));
        row.put("subscription_plan", user.text("subscription.plan"));
        row.put("subscription_status", user.text("subscription.status"));
        row.put("payment_method", user.text("subscription.payment_method"));
        row.put("subscription_term", user.text("subscription.term"));
        user.verify();
        return row;
    }
}
