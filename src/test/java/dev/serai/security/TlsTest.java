package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.serai.Hub;
import dev.serai.console.OperatorClient;
import dev.serai.mongo.MongoServer;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import dev.serai.tls.Trust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathBuilderException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;

/** Every connection encrypted, by settings only; who shows another certificate is not spoken to. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class TlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private LocalStack stack;
    private Identity ours;
    private Identity another;
    private Hub hub;

    @BeforeAll
    void start(LocalStack shared, @TempDir Path directory) throws Exception {
        stack = shared;
        ours = Identity.create(directory, "ours");
        another = Identity.create(directory, "another");
        encryptPostgres();
        String mqttPort = Hub.freePort();
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setCriticalAnalyzer(false)
                .setMaxDiskUsage(-1)
                .addAcceptorConfiguration(
                        "mqtt",
                        "tcp://127.0.0.1:%s?protocols=MQTT&useEpoll=false&sslEnabled=true&keyStoreType=PKCS12&keyStorePath=%s&keyStorePassword=%s"
                                .formatted(mqttPort, ours.keyStore(), Identity.PASSWORD.replace(" ", "%20"))));
        broker.start();
        hub = new Hub(
                stack,
                Map.of(
                        "tls.key-store",
                        ours.keyStore().toString(),
                        "tls.key-store-password",
                        Identity.PASSWORD,
                        "tls.ca-file",
                        ours.certificate().toString(),
                        "postgres.url",
                        stack.freshDatabase() + "?sslmode=verify-full&sslrootcert=" + ours.certificate(),
                        "sensors.mqtt.url",
                        "ssl://127.0.0.1:" + mqttPort));
    }

    @AfterAll
    void stop() throws Exception {
        if (hub != null) {
            hub.close();
        }
        broker.stop();
        try (Connection superuser = stack.postgres().connect("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("alter system reset all");
            statement.execute("select pg_reload_conf()");
        }
    }

    private void encryptPostgres() throws Exception {
        try (Connection superuser = stack.postgres().connect("postgres");
                Statement statement = superuser.createStatement()) {
            Path data;
            try (ResultSet row = statement.executeQuery("show data_directory")) {
                row.next();
                data = Path.of(row.getString(1));
            }
            Path key = Files.writeString(data.resolve("server.key"), ours.keyInPem());
            Path certificate = Files.copy(ours.certificate(), data.resolve("server.crt"));
            for (Path file : List.of(key, certificate)) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                Files.setOwner(file, Files.getOwner(data));
            }
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
        }
    }

    @Test
    void page_and_management_speak_https_only() throws Exception {
        HttpClient trusting = HttpClient.newBuilder()
                .sslContext(Trust.of(hub.settings()).orElseThrow().context())
                .build();
        for (URI plain : List.of(hub.page("/api/users-total"), hub.management("/observe/health"))) {
            URI encrypted = URI.create(plain.toString().replace("http:", "https:"));

            assertThat(get(trusting, encrypted)).isIn(200, 401);
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), encrypted)).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> get(trusting, plain)).isInstanceOf(IOException.class);
        }
    }

    private static int get(HttpClient client, URI address) throws Exception {
        return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void the_command_line_and_postgresql_are_spoken_to_encrypted() throws Exception {
        assertThat(operate(hub.settings())).isZero();

        assertThat(hub.value("select count(*) from users.profile")).isEqualTo("5");
        assertThat(hub.value(
                        "select count(*) > 0, bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where application_name like 'serai %'"
                                + " and datname = current_database()"))
                .isEqualTo("t|t");
        assertThat(operate(with("tls.ca-file", another.certificate().toString())))
                .isOne();
    }

    private static int operate(Settings settings) throws InterruptedException {
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new OperatorClient(settings, out).operate("run", "users");
    }

    @Test
    void postgresql_with_another_certificate_is_not_spoken_to() throws Exception {
        String address = hub.settings().text("postgres.url").replaceAll("&sslrootcert=.*", "");

        try (Connection right = Postgres.session(with("postgres.url", address), "test")) {
            assertThat(right.isValid(5)).isTrue();
        }
        Settings wrong = with(
                "postgres.url", address, "tls.ca-file", another.certificate().toString());
        assertThatThrownBy(() -> Postgres.session(wrong, "test"))
                .isInstanceOf(SQLException.class)
                .hasRootCauseInstanceOf(CertPathBuilderException.class);
    }

    @Test
    void sensors_are_heard_over_tls() {
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
        assertThat(broker.getActiveMQServer().getConnectionCount()).isEqualTo(2);
    }

    @Test
    void s3_is_spoken_to_over_tls() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(ours.context()));
        server.createContext("/", exchange -> {
            byte[] none =
                    "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, none.length);
            exchange.getResponseBody().write(none);
            exchange.close();
        });
        server.start();
        String endpoint = "https://127.0.0.1:" + server.getAddress().getPort();
        try (S3Client right = ObjectStore.connect(with("s3.endpoint", endpoint));
                S3Client wrong = ObjectStore.connect(with(
                        "s3.endpoint",
                        endpoint,
                        "tls.ca-file",
                        another.certificate().toString()))) {
            assertThat(right.listBuckets().buckets()).isEmpty();
            assertThatThrownBy(wrong::listBuckets)
                    .isInstanceOf(SdkClientException.class)
                    .hasMessageContaining("certificat");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void mongodb_is_spoken_to_over_tls() throws Exception {
        de.bwaldvogel.mongo.MongoServer server = new de.bwaldvogel.mongo.MongoServer(new MemoryBackend());
        server.enableSsl(ours.key(), null, ours.x509());
        server.bind("127.0.0.1", 0);
        String url = "mongodb://127.0.0.1:%d/?tls=true"
                .formatted(server.getLocalAddress().getPort());
        try (MongoClient right = MongoServer.connect(
                        url, 20_000, Trust.of(hub.settings()).map(Trust::context));
                MongoClient wrong = MongoServer.connect(
                        url,
                        1_000,
                        Trust.of(with("tls.ca-file", another.certificate().toString()))
                                .map(Trust::context))) {
            assertThat(right.getDatabase("x").runCommand(new Document("ping", 1)))
                    .containsKey("ok");
            assertThatThrownBy(() -> wrong.getDatabase("x").runCommand(new Document("ping", 1)))
                    .isInstanceOf(MongoException.class);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void a_file_without_certificates_is_said() throws Exception {
        assertThatThrownBy(() -> Trust.of(with("tls.ca-file", "pom.xml")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TLS_CA_FILE must name a readable file of certificates in PEM");
    }

    private Settings with(String... pairs) {
        Map<String, String> environment = new HashMap<>(hub.environment());
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(Settings.variable(pairs[i]), pairs[i + 1]);
        }
        return Settings.load(environment, List.of());
    }
}
