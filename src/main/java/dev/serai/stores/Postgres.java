package dev.serai.stores;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.serai.settings.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Pools of connections to PostgreSQL, and its schema. */
public final class Postgres {

    private static final int PAGE_CONNECTIONS = 2;
    private static final int CONNECT_RETRIES = 10;
    private static final int SOCKET_TIMEOUT_S = 60;

    /** A statement over a million rows takes longer than one of a pipeline. */
    private static final int SESSION_TIMEOUT_S = 600;

    private Postgres() {}

    /** What the pipelines write with. It opens connections when they are asked for; a server that is away is no error. */
    public static HikariDataSource pipelines(Settings settings) {
        return new HikariDataSource(config(
                "pipelines",
                settings,
                settings.text("postgres.user"),
                settings.text("postgres.password"),
                settings.number("postgres.pool-size")));
    }

    /** What the page reads with: a role that may only SELECT, and two connections however many people look. */
    public static HikariDataSource page(Settings settings) {
        HikariConfig config = config(
                "page",
                settings,
                settings.text("postgres.reader.user"),
                settings.text("postgres.reader.password"),
                PAGE_CONNECTIONS);
        config.addDataSourceProperty("options", "-c statement_timeout=5000 -c default_transaction_read_only=on");
        // Each of its questions is one statement, asked over and over: planned once for a connection.
        config.addDataSourceProperty("prepareThreshold", "1");
        return new HikariDataSource(config);
    }

    /**
     * A connection of the pipelines' user outside of any pool, for work whose locks and temporary tables must end with it.
     *
     * @param purpose as others see it in pg_stat_activity
     */
    public static Connection session(Settings settings, String purpose) throws SQLException {
        Properties properties = properties(settings, purpose, SESSION_TIMEOUT_S);
        properties.setProperty("user", settings.text("postgres.user"));
        properties.setProperty("password", settings.text("postgres.password"));
        return DriverManager.getConnection(settings.text("postgres.url"), properties);
    }

    /**
     * Brings the schema up to date.
     *
     * <p>Waits a while for a server that is just starting; then an {@link IllegalStateException} says what is wrong.
     */
    public static void migrate(HikariDataSource pool, Settings settings) {
        try {
            FluentConfiguration flyway = Flyway.configure()
                    .dataSource(pool)
                    .connectRetries(CONNECT_RETRIES)
                    .connectRetriesInterval(1)
                    .table("schema_version")
                    .placeholderPrefix("${serai.")
                    .placeholders(Map.of("reader", settings.text("postgres.reader.user")));
            flyway.outOfOrder(cameLater(flyway)).load().migrate();
        } catch (FlywayException e) {
            throw new IllegalStateException(
                    "the schema at %s cannot be brought up to date: %s"
                            .formatted(settings.text("postgres.url"), e.getMessage()),
                    e);
        }
    }

    /** Numbers come from ranges, so a new migration may have a lower one than the newest that was applied. */
    private static boolean cameLater(FluentConfiguration flyway) {
        return Arrays.stream(flyway.load().info().all())
                .anyMatch(migration -> migration.getState() == MigrationState.IGNORED);
    }

    private static HikariConfig config(String name, Settings settings, String user, String password, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.text("postgres.url"));
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.number("postgres.connect-timeout-ms"));
        config.setInitializationFailTimeout(-1);
        config.setDataSourceProperties(properties(settings, name, SOCKET_TIMEOUT_S));
        return config;
    }

    private static Properties properties(Settings settings, String name, int socketTimeoutS) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "serai " + name);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", Integer.toString(socketTimeoutS));
        properties.setProperty("tcpKeepAlive", "true");
        if (!settings.text("tls.ca-file").isEmpty()) {
            // Counts only where the address asks for TLS; one in the address counts more.
            properties.setProperty("sslrootcert", settings.text("tls.ca-file"));
        }
        // A load that takes a lock first is two statements in one text. Once it has prepared them on the server, from
        // the fifth
        // time on, the driver takes the columns of one for those of the other.
        properties.setProperty("prepareThreshold", "0");
        // The server's detail holds the row that failed, and rows are personal data.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }
}
