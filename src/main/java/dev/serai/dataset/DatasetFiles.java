package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RoutesListener;
import dev.serai.settings.NearestName;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The datasets as the files that are in force describe them; PostgreSQL gets its COMMENTs from them. Thread-safe.
 *
 * <p>Where files and tables differ the log says so, and everything goes on: descriptions carry no rows.
 */
public final class DatasetFiles implements RoutesListener {

    private static final Logger LOG = LogManager.getLogger(DatasetFiles.class);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]+)}}");

    private final DataSource postgres;
    private final Set<String> settings;
    private volatile Datasets datasets;

    /**
     * Asks PostgreSQL nothing yet.
     *
     * @param files in force at the start
     * @param settings names of those that all pipelines share
     * @param postgres whose comments follow the files
     */
    public DatasetFiles(RouteFiles files, Set<String> settings, DataSource postgres) {
        this.settings = Set.copyOf(settings);
        this.postgres = postgres;
        this.datasets = Datasets.read(files);
    }

    public Datasets datasets() {
        return datasets;
    }

    @Override
    public List<Finding> check(RouteFiles files) {
        List<Finding> findings = new ArrayList<>(Datasets.read(files).findings());
        Set<String> known = settings(files);
        for (String path : files.paths()) {
            if (path.endsWith(Datasets.SUFFIX)) {
                placeholders(files.shown(path), files.text(path), known, findings);
            }
        }
        return findings;
    }

    /** Those of all, and those that pipelines declare beside their routes. */
    private Set<String> settings(RouteFiles files) {
        Set<String> known = new TreeSet<>(settings);
        for (String path : files.paths()) {
            if (path.endsWith(".properties")) {
                Properties own = new Properties();
                try {
                    own.load(new StringReader(files.text(path)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (IllegalArgumentException e) {
                    continue; // the check of settings names this mistake
                }
                known.addAll(own.stringPropertyNames());
            }
        }
        return known;
    }

    private static void placeholders(String file, String text, Set<String> known, List<Finding> findings) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher placeholder = PLACEHOLDER.matcher(lines.get(i));
            while (placeholder.find()) {
                String name = placeholder.group(1);
                if (!known.contains(name)) {
                    findings.add(new Finding(
                            file,
                            i + 1,
                            "there is no setting '%s'".formatted(name),
                            NearestName.of(name, known)
                                    .map("did you mean {{%s}}?"::formatted)
                                    .orElse("it should be in application.properties, or be a Quartz cron expression")));
                }
            }
        }
    }

    @Override
    public void applied(RouteFiles files) throws SQLException {
        Datasets next = Datasets.read(files);
        datasets = next;
        try (Connection connection = postgres.getConnection()) {
            Descriptions actual = Descriptions.of(connection);
            actual.differences(next, files.directory().toString())
                    .forEach(difference -> LOG.warn("the description is not what the database has: {}", difference));
            if (!actual.comments(next).isEmpty()) {
                comment(connection, next);
            }
        }
    }

    /** Several processes may start together: who waited finds nothing left to do. */
    private static void comment(Connection connection, Datasets datasets) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '5s'");
            statement.execute("select pg_advisory_xact_lock(hashtext('serai comments'))");
            for (String sql : Descriptions.of(connection).comments(datasets)) {
                statement.execute(sql);
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public String toString() {
        return "descriptions of datasets";
    }
}
