package dev.serai.users;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;

/** What the source sends and nobody may keep is nowhere: no table, no object, no log line. */
@WithStack
class SensitiveDataTest {

    @Test
    void sensitive_values_are_in_no_table_no_object_and_no_log(LocalStack stack) throws Exception {
        StringWriter log = new StringWriter();
        LoggerContext logging = (LoggerContext) LogManager.getContext(false);
        WriterAppender appender = WriterAppender.createAppender(
                PatternLayout.newBuilder().withPattern("%m %throwable%n").build(), null, log, "all", false, false);
        appender.start();
        logging.getConfiguration().getRootLogger().addAppender(appender, null, null);
        List<String> secrets = new ArrayList<>();
        try (Hub hub = new Hub(stack, java.util.Map.of("users.api.size", "100"))) {
            for (FailureKind kind : List.of(
                    FailureKind.NONE,
                    FailureKind.WITHOUT_UID,
                    FailureKind.WRONG_TYPES,
                    FailureKind.DUPLICATE_ID,
                    FailureKind.TRUNCATED)) {
                if (kind != FailureKind.NONE) {
                    hub.fail(Failure.of(kind, 1));
                }
                hub.run("users");
                // The source gives the same answer once more, so what was in it is known.
                hub.fail(Failure.of(FailureKind.REPEAT, 1));
                secrets.addAll(secrets(hub.source("/api/v2/users?size=100")));
            }
            assertThat(secrets).hasSizeGreaterThan(3 * 300);
            String tables = dump(hub);
            String objects = objects(hub);
            assertThat(tables).contains("USER_UID_MISSING").contains("ANSWER_CUT_OR_BROKEN");
            assertThat(objects).contains("\"password\":null").contains("\"cc_number\":null");
            for (String secret : secrets) {
                assertThat(tables.contains(secret)).as("%s in a table", secret).isFalse();
                assertThat(objects.contains(secret))
                        .as("%s in an object", secret)
                        .isFalse();
                assertThat(log.toString().contains(secret))
                        .as("%s in the log", secret)
                        .isFalse();
            }
        } finally {
            logging.getConfiguration().getRootLogger().removeAppender("all");
        }
        assertThat(log.toString()).contains("pipeline=users");
    }

    private static List<String> secrets(String answer) throws Exception {
        List<String> secrets = new ArrayList<>();
        for (JsonNode user : new ObjectMapper().readTree(answer)) {
            secrets.add(user.path("password").asText());
            secrets.add(user.path("social_insurance_number").asText());
            secrets.add(user.path("credit_card").path("cc_number").asText());
        }
        secrets.removeIf(String::isEmpty);
        return secrets;
    }

    private static String dump(Hub hub) throws Exception {
        StringBuilder dump = new StringBuilder();
        for (String table : hub.rows("""
                select format('%I.%I', table_schema, table_name) from information_schema.tables
                where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')""")) {
            hub.rows("select t::text from " + table + " t").forEach(dump::append);
        }
        return dump.toString();
    }

    private static String objects(Hub hub) {
        StringBuilder objects = new StringBuilder();
        hub.keys("user-data")
                .forEach(key -> objects.append(new String(hub.object("user-data", key), StandardCharsets.UTF_8)));
        return objects.toString();
    }
}
