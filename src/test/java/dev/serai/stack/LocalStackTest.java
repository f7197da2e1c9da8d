package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

@WithStack
final class LocalStackTest {

    private final LocalStack stack;

    LocalStackTest(LocalStack stack) {
        this.stack = stack;
    }

    @AfterEach
    void empty() {
        stack.emptyBuckets();
    }

    @Test
    void the_owner_of_a_fresh_database_may_create_and_fill_tables() throws SQLException {
        try (Connection connection = connect(stack.freshDatabase(), "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create schema users");
            statement.execute("create table users.profile (name text)");
            assertThat(statement.executeUpdate("insert into users.profile values ('Ana')"))
                    .isEqualTo(1);
        }
    }

    @Test
    void the_reader_may_connect_and_nothing_else() throws SQLException {
        String url = stack.freshDatabase();
        try (Connection connection = connect(url, "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create table secret (name text)");
        }
        try (Connection connection = connect(url, "postgres.reader");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select * from secret"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("create table mine (name text)"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("create temporary table mine (name text)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void neither_role_is_a_superuser() throws SQLException {
        try (Connection connection = stack.postgres().connect("serai");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select string_agg(rolname, ',' order by rolname) from pg_roles where rolsuper and rolcanlogin")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("postgres");
        }
    }

    @Test
    void a_wrong_password_is_refused_by_postgresql() {
        assertThatThrownBy(() -> DriverManager.getConnection(stack.freshDatabase(), "serai", "wrong"))
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> DriverManager.getConnection(stack.freshDatabase(), PostgresServer.SUPERUSER, ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void text_sorts_the_same_on_every_machine() throws SQLException {
        try (Connection connection = connect(stack.freshDatabase(), "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select string_agg(t, '' order by t) from unnest(array['ä', 'z', 'a', '_', 'Z', 'B']) t")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("BZ_azä");
        }
    }

    @Test
    void rows_survive_a_stop_and_start_of_postgresql() throws SQLException {
        String url = stack.freshDatabase();
        try (Connection connection = connect(url, "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept as select 1 as number");
        }

        stack.postgres().stop();
        assertThatThrownBy(() -> connect(url, "postgres")).isInstanceOf(SQLException.class);
        stack.postgres().start();

        try (Connection connection = connect(url, "postgres");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("select number from kept").next()).isTrue();
        }
    }

    @Test
    void objects_survive_a_stop_and_start_of_the_store() {
        try (S3Client s3 = s3(stack.settings().get("s3.secret-key"))) {
            s3.createBucket(bucket -> bucket.bucket("user-data"));
            s3.putObject(put -> put.bucket("user-data").key("raw/dt=2026-11-21/a.json"), RequestBody.fromString("[]"));

            stack.objects().stop();
            stack.objects().start();

            assertThat(s3.getObjectAsBytes(get -> get.bucket("user-data").key("raw/dt=2026-11-21/a.json"))
                            .asUtf8String())
                    .isEqualTo("[]");
        }
    }

    @Test
    void no_bucket_is_left_after_emptying() {
        try (S3Client s3 = s3(stack.settings().get("s3.secret-key"))) {
            s3.createBucket(bucket -> bucket.bucket("user-data"));
            stack.emptyBuckets();
            assertThat(s3.listBuckets().buckets()).isEmpty();
        }
    }

    @Test
    void a_wrong_secret_key_is_refused() {
        try (S3Client s3 = s3("wrong")) {
            assertThatThrownBy(s3::listBuckets)
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void the_broker_speaks_mqtt_5_to_who_knows_the_password() {
        String password = String.valueOf(stack.settings().get("sensors.mqtt.password"));
        assertThat(MqttConnect.reasonCode(stack.mqtt(), "serai", password)).isZero();
        assertThat(MqttConnect.reasonCode(stack.mqtt(), "serai", "wrong")).isEqualTo(MqttConnect.BAD_USER_OR_PASSWORD);

        stack.mqtt().stop();
        stack.mqtt().start();

        assertThat(MqttConnect.reasonCode(stack.mqtt(), "serai", password)).isZero();
    }

    @Test
    void the_document_store_comes_back_on_its_port() {
        URI address = URI.create(String.valueOf(stack.settings().get("community.mongo.url")));
        assertThat(Health.accepts(address)).isTrue();
        stack.documents().stop();
        assertThat(Health.accepts(address)).isFalse();
        stack.documents().start();
        assertThat(Health.accepts(address)).isTrue();
    }

    @Test
    void a_second_server_on_a_taken_port_says_so() {
        DocumentStore second =
                new DocumentStore(Path.of("target"), "127.0.0.1", stack.mqtt().port());
        assertThatThrownBy(second::start)
                .isInstanceOf(StackException.class)
                .hasMessage("port %d is taken: MongoDB needs it", stack.mqtt().port());
    }

    @Test
    void every_server_listens_on_this_machine_only() {
        assertThat(stack.servers())
                .extracting(Server::host)
                .isEqualTo(List.of("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1"));
    }

    private Connection connect(String url, String group) throws SQLException {
        return DriverManager.getConnection(
                url, stack.settings().get(group + ".user"), stack.settings().get(group + ".password"));
    }

    private S3Client s3(@Nullable String secretKey) {
        return S3Client.builder()
                .endpointOverride(URI.create(String.valueOf(stack.settings().get("s3.endpoint"))))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(stack.settings().get("s3.access-key"), secretKey)))
                .build();
    }
}
