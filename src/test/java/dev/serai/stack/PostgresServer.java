package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, as a child process. Data in {@code directory/postgres-MAJOR}, log in {@code directory/log/postgres.log}.
 *
 * <p>Listens on TCP only and asks everybody for a password. A server that outlived a killed parent is stopped first. <br>
 * Errors: {@link StackException} with the end of the server's log where that helps. <br>
 * Thread-safe: a stop waits for a start.
 */
public final class PostgresServer implements Server {

    /** The superuser of the server; the application never is. */
    public static final String SUPERUSER = "postgres";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int POLL_MS = 20;
    private static final String WRONG_PASSWORD = "28P01";

    private final Path directory;
    private final Path binariesDirectory;
    private final String host;
    private final int port;
    private final String password;
    private final Durability durability;
    private final Path log;
    private @Nullable Process process;

    /**
     * Does not start it yet.
     *
     * @param binariesDirectory where the programs are unpacked; several servers may share it
     * @param port 0 for any that is free
     * @param password the superuser's
     */
    public PostgresServer(
            Path directory, Path binariesDirectory, String host, int port, String password, Durability durability) {
        this.directory = directory.toAbsolutePath().normalize();
        this.binariesDirectory = binariesDirectory.toAbsolutePath().normalize();
        this.host = host;
        this.port = Ports.orFree(host, port);
        this.password = password;
        this.durability = durability;
        this.log = this.directory.resolve("log").resolve("postgres.log");
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    /** Where JDBC finds a database of this server. */
    public String url(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    /** A connection as superuser; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), SUPERUSER, password);
    }

    /** Whether its process lives. */
    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The server's process number, for tests that end it. */
    public synchronized long pid() {
        if (process == null) {
            throw new IllegalStateException("PostgreSQL does not run");
        }
        return process.pid();
    }

    @Override
    public synchronized void start() {
        FileTree.createPrivate(directory.resolve("log"));
        PostgresBinaries binaries = PostgresBinaries.unpack(FileTree.createDirectories(binariesDirectory));
        Path data = directory.resolve("postgres-" + binaries.major());
        PostmasterFile postmaster = new PostmasterFile(data);
        postmaster.clear();
        Ports.requireFree(this);
        PostgresAccount account = PostgresAccount.choose(directory, binaries);
        if (Files.exists(data)) {
            requireVersion(data, binaries.major());
            account.own(data);
        } else {
            initialize(data, binaries, account);
        }
        process = launch(account.command(serverCommand(binaries, data)));
        awaitReady(process, postmaster);
        requireOwnData(data);
    }

    @Override
    public synchronized void stop() {
        if (process != null) {
            PostmasterFile.stop(process.toHandle());
            process = null;
        }
    }

    /** Ends it and all its children by SIGKILL. */
    public synchronized void kill() {
        if (process != null) {
            List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(each -> each.onExit().join());
            process = null;
        }
    }

    private static void requireVersion(Path data, int major) {
        Path file = data.resolve("PG_VERSION");
        try {
            String version = Files.exists(file) ? Files.readString(file).strip() : "none";
            if (!version.equals(Integer.toString(major))) {
                throw new StackException("%s holds data of PostgreSQL version %s, this is %d: move the directory away"
                        .formatted(data, version, major));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Into a directory of another name first: one that is killed half way through leaves no data that look complete. */
    private void initialize(Path data, PostgresBinaries binaries, PostgresAccount account) {
        try {
            sweepUnfinished();
            Path unfinished = Files.createTempDirectory(directory, "initdb-unfinished-");
            Path cluster = Files.createDirectory(unfinished.resolve("data"));
            Path passwordFile = Files.writeString(unfinished.resolve("password"), password);
            account.own(unfinished);
            account.own(cluster);
            account.own(passwordFile);
            List<String> initdb = new ArrayList<>(List.of(binaries.program("initdb"), "--pgdata=" + cluster));
            initdb.addAll(List.of("--username=" + SUPERUSER, "--pwfile=" + passwordFile, "--auth=scram-sha-256"));
            // The same order of text everywhere, whatever locales the machine has.
            initdb.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"));
            initdb.addAll(List.of("--encoding=UTF8", "--data-checksums"));
            if (durability == Durability.THROW_AWAY) {
                initdb.add("--no-sync");
            }
            Command.Result result = Command.run(account.command(initdb));
            if (!result.succeeded()) {
                throw new StackException("PostgreSQL cannot create its data directory: " + result.output());
            }
            Files.move(cluster, data, StandardCopyOption.ATOMIC_MOVE);
            FileTree.delete(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sweepUnfinished() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(path -> path.getFileName().toString().startsWith("initdb-unfinished-"))
                    .forEach(FileTree::delete);
        }
    }

    private List<String> serverCommand(PostgresBinaries binaries, Path data) {
        List<String> command = new ArrayList<>(List.of(binaries.program("postgres"), "-D", data.toString()));
        List<String> settings = new ArrayList<>(List.of(
                "listen_addresses=" + host,
                "port=" + port,
                "unix_socket_directories=",
                "max_connections=100",
                "timezone=UTC",
                "log_timezone=UTC",
                // One line every five minutes would hide what matters.
                "log_checkpoints=off",
                // Details of an error quote the row, which may hold what must not be logged.
                "log_error_verbosity=terse"));
        String sync = durability == Durability.THROW_AWAY ? "off" : "on";
        settings.addAll(List.of("fsync=" + sync, "synchronous_commit=" + sync, "full_page_writes=" + sync));
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }

    private Process launch(List<String> command) {
        try {
            Process started = Command.prepare(command).start();
            started.getOutputStream().close();
            Thread copier = new Thread(() -> copyLog(started), "postgres-log");
            copier.setDaemon(true);
            copier.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL", e);
        }
    }

    private void copyLog(Process started) {
        try {
            new BoundedLog(log, BoundedLog.BOUND_BYTES).copy(started.getInputStream());
        } catch (IOException e) {
            System.err.println("PostgreSQL's log ends here: " + e);
        }
    }

    private void awaitReady(Process started, PostmasterFile postmaster) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!postmaster.isReady(started.pid())) {
                if (started.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                    throw new StackException("PostgreSQL does not start: " + lastWords());
                }
                if (System.nanoTime() > deadline) {
                    stop();
                    throw new StackException(
                            "PostgreSQL is not ready after %d s: %s".formatted(PATIENCE.toSeconds(), lastWords()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
            throw new StackException("interrupted while PostgreSQL was starting", e);
        }
    }

    /** Another server could have taken the port in between; its rows are not ours. */
    private void requireOwnData(Path data) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show data_directory")) {
            row.next();
            if (!Path.of(row.getString(1)).toRealPath().equals(data.toRealPath())) {
                throw new StackException(
                        "another PostgreSQL answers on port %d, that of %s".formatted(port, row.getString(1)));
            }
        } catch (SQLException e) {
            stop();
            throw new StackException(
                    WRONG_PASSWORD.equals(e.getSQLState())
                            ? "PostgreSQL's superuser in %s has another password than the one given: bring back the file secrets.properties that belongs to the data"
                                    .formatted(data)
                            : "PostgreSQL does not answer: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            stop();
            throw new UncheckedIOException(e);
        }
    }

    private String lastWords() {
        return String.join(System.lineSeparator(), BoundedLog.tail(log, 5));
    }
}
