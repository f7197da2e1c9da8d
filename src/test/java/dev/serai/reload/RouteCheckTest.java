package dev.serai.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.HubBeans;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check says of each kind of mistake: file, line, what is wrong, what would be right. */
class RouteCheckTest {

    private static final String SHORT = """
            #   In     a
            #   Out    b
            #   Fails  c
            - route:
                id: short
                description: One step
                group: shared
                from:
                  uri: direct:short
                  steps:
                    %s
            """;

    private @TempDir Path directory;

    private RoutesCopy routes;

    @BeforeEach
    void copy() throws IOException {
        routes = RoutesCopy.in(directory);
    }

    @Test
    void the_routes_of_the_product_are_right() throws IOException {
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            users/users-api-to-postgres.camel.yaml | - setVariable:             | - setVarable:             |  0 | there is no step 'setVarable'; did you mean 'setVariable'?
            users/users-api-to-postgres.camel.yaml | description: No header     | descripton: No header     |  0 | 'removeHeaders' has no option 'descripton'; did you mean 'description'?
            users/users-api-to-postgres.camel.yaml | stateful: "true"           | statefull: "true"         |  0 | 'quartz:users/users-api-to-postgres' has no option 'statefull'; did you mean 'stateful'?
            users/users-api-to-postgres.camel.yaml | trigger.timeZone: UTC      | trigger.timeZone: Mars    |  0 | there is no time zone 'Mars'; for example UTC or Europe/Zurich
            users/users-api-to-postgres.camel.yaml | trigger.misfireInstruction: "1" | trigger.misfireInstruction: "3" | 0 | 'trigger.misfireInstruction' cannot be "3"; missed runs are caught up once with 1
            users/users-api-to-postgres.camel.yaml | stateful: "true"           | autoStartScheduler: "true" | -2 | the schedule does not say 'stateful'; "stateful: 'true'" lets no run begin before
            users/users-api-to-postgres.camel.yaml | uri: quartz:users          | uri: quarz:users          |  0 | there is no component 'quarz'; did you mean 'quartz'?
            users/users-api-to-postgres.camel.yaml | uri: quartz:users/users-api-to-postgres | uri: quartz:ads/ads-archive | 0 | a second route begins with quartz:ads/ads-archive; the other is at
            users/users-api-to-postgres.camel.yaml | ref: redactor              | ref: redacter             |  0 | there is no bean 'redacter'; did you mean 'redactor'?
            users/users-api-to-postgres.camel.yaml | method: redact($           | method: redct($           |  0 | did you mean 'redact'?
            users/users-api-to-postgres.camel.yaml | id: users-api-to-postgres  | id: users-api             |  0 | the route's id is 'users-api'; like its file it should be "id: users-api-to-postgres"
            users/users-api-to-postgres.camel.yaml | group: users               | group: user               |  0 | the route's group is 'user'; like its folder it should be "group: users"
            users/users-api-to-postgres.camel.yaml | {{users.schedule}}"        | {{users.shedule}}"        |  0 | there is no setting 'users.shedule'; did you mean {{users.schedule}}?
            users/users-api-to-postgres.camel.yaml | "{{users.schedule}}"       | "0 0/2 * * *"             |  0 | 'cron' cannot be "0 0/2 * * *"; it is second minute hour day month weekday
            users/users-api-to-postgres.camel.yaml | uri: direct:users-load     | uri: direct:user-load     |  0 | no route begins with direct:user-load; did you mean direct:users-load?
            users/users-api-to-postgres.camel.yaml | id: users-land             | note: users-land          | -1 | 'to' has no id; the page, Hawtio and log lines show it; for example "id: users-api-to-postgres-to"
            users/users-api-to-postgres.camel.yaml | description: Ask           | note: Ask                 | -1 | the route has no description; one sentence, as in
            users/users-api-to-postgres.camel.yaml | pattern: "*"               | pattern: "Camel*"         |  9 | a call over HTTP sends on whatever headers there are, and some of them steer it; before it should be
            users/users-api-to-postgres.camel.yaml | group: users               | routeConfigurationId: own |  0 | there is no routeConfiguration 'own'; without the line the one for all routes holds
            users/users-api-to-postgres.camel.yaml | uri: direct:users-load     | uri: direct:users-load?timeout=5 | 0 | the options of 'direct:users-load' stand in its uri; in the explicit notation they stand below it: "parameters: {timeout: 5}"
            users/users-api-to-postgres.camel.yaml | #   Fails                  | #   Falls                 |  * | the head of the file does not say 'Fails'; its comment should have a line such as
            users/users-load.camel.yaml            | dev.serai.users.UserRecords | dev.serai.users.UserRecord | 0 | Camel refuses it: ClassNotFoundException dev.serai.users.UserRecord; a type is the full name of a class
            users/users-load.camel.yaml            | id: users-dataset          | id: users-statement       |  0 | there is a second step 'users-statement'; the other is at
            users/users-load.camel.yaml            | name: dataset              | name: datasets            |  4 | a load needs the variable 'dataset'; before it should be
            users/users-load.camel.yaml            | expression: users.profile  | expression: profile       |  0 | 'profile' is no table with its schema; for example users.profile
            users/users-load.camel.yaml            | load-users.sql             | load-user.sql             |  0 | did you mean users/load-users.sql?
            users/load-users.sql                   | insert into {dataset}      | insert into users.profile |  * | the statement writes into no {dataset}; it should say "insert into {dataset} as …"
            users/load-users.sql                   | ops.record_load            | ops.recordload            |  * | the statement does not book what it loads; it should end in
            status/api-runs.camel.yaml             | httpMethodRestrict: GET    | httpMethodRestrict: [GET  |  1 | this is no YAML: while parsing a flow sequence, expected ',' or ']', but got :; a line is
            status/api-runs.camel.yaml             | constant:                  | constat:                  |  0 | there is no language 'constat'; did you mean 'constant'?
            status/api-runs.camel.yaml             | id: api-runs-answer        | - id: api-runs-answer     |  1 | this is no YAML
            shared/put-object.camel.yaml           | resultType: byte[]         | resultTyp: byte[]          |  0 | has no option 'resultTyp'; did you mean 'resultType'?
            status/api-runs.camel.yaml             | uri: platform-http         | url: platform-http        |  0 | 'from' has no option 'url'; did you mean 'uri'?
            shared/load.camel.yaml                 | uri: jdbc:postgres         | uri: jdbc:postgrs         |  0 | did you mean 'postgres'?
            shared/load.camel.yaml                 | useHeadersAsParameters: "true" | useHeadersAsParameters: "yes" |  0 | cannot be used
            shared/load-pending.camel.yaml         | loggingLevel: DEBUG        | loggingLevel: DEBUGG      |  0 | 'loggingLevel' cannot be "DEBUGG"; did you mean 'DEBUG'?
            shared/load-object.camel.yaml          | ${body.key}                | ${body.key                | -3 | Camel refuses it
            """)
    void a_mistake_is_named_with_its_line_and_what_would_be_right(
            String file, String before, String after, String offset, String expected) throws IOException {
        String line =
                offset.equals("*") ? "1" : Integer.toString(routes.lineOf(file, before) + Integer.parseInt(offset));
        routes.edit(file, before, after);

        assertThat(findings()).map(Finding::toString).anySatisfy(finding -> assertThat(finding)
                .startsWith("%s:%s: ".formatted(routes.path(file), line))
                .contains(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            - to: direct:answer                                              | 'to' is in the short notation; in the explicit one it is "to: {uri: direct:answer}"
            - log: hello                                                     | 'log' is in the short notation; in the explicit one it is "log: {message: hello}"
            - setBody: {id: short-body, constant: hello}                     | 'constant' of 'setBody' is in the short notation; in the explicit one it is "expression: {constant: {expression: hello}}"
            - setBody: {id: short-body, expression: {constant: hello}}       | 'constant' is in the short notation; in the explicit one it is "constant: {expression: hello}"
            - setHeader: {id: short-header, name: a, simple: "${body}"}      | 'simple' of 'setHeader' is in the short notation
            - filter: {id: short-filter, simple: "${body}", steps: []}       | 'simple' of 'filter' is in the short notation
            - choice: {id: short-choice, when: [{id: w, simple: a, steps: []}]} | 'simple' of 'when' is in the short notation
            - to: {id: short-to, uri: "direct:answer?block=true"}            | the options of 'direct:answer' stand in its uri; in the explicit notation they stand below it: "parameters: {block: true}"
            """)
    void the_short_notation_is_named_with_the_explicit_one(String step, String expected) throws IOException {
        routes.write("shared/short.camel.yaml", SHORT.formatted(step));

        assertThat(findings()).map(Finding::toString).anySatisfy(finding -> assertThat(finding)
                .startsWith("%s:11: ".formatted(routes.path("shared/short.camel.yaml")))
                .contains(expected));
    }

    @Test
    void the_options_and_the_place_of_a_source_are_looked_at_too() throws IOException {
        routes.write(
                "shared/short.camel.yaml",
                SHORT.formatted("- log: {id: short-log, message: a}")
                        .replace("uri: direct:short", "uri: direct:short?block=true"));
        routes.write("shared/bare.camel.yaml", """
                #   In     a
                #   Out    b
                #   Fails  c
                - from:
                    uri: direct:bare
                    steps:
                      - log: {id: bare-log, message: a}
                """);

        assertThat(findings())
                .map(Finding::toString)
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith("%s:9: ".formatted(routes.path("shared/short.camel.yaml")))
                        .contains("the options of 'direct:short' stand in its uri"))
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith("%s:4: ".formatted(routes.path("shared/bare.camel.yaml")))
                        .contains("'from' stands without its route", "- route: {id: bare"));
    }

    private List<Finding> findings() throws IOException {
        Settings settings = Settings.load(
                Map.of(
                        "ROUTES_DIRECTORY", directory.toString(),
                        "POSTGRES_PASSWORD", "none",
                        "POSTGRES_READER_PASSWORD", "none",
                        "S3_SECRET_KEY", "none",
                        "MANAGEMENT_PASSWORD", "none"),
                List.of());
        RouteFiles files = RouteFiles.read(directory);
        return new RouteCheck(HubBeans.unconnected(settings, files), settings, null)
                .check(files)
                .findings();
    }
}
