package dev.serai.stack;

import dev.serai.settings.Settings;
import dev.serai.tls.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The processes of a running Serai, in the order in which they start, for one environment. Immutable. */
final class Components {

    static final Path JAR = Path.of("target", "serai.jar");

    private static final int JDK_WITH_UNSAFE_WARNINGS = 24;
    private static final Map<String, String> STORES = new TreeMap<>(Map.of(
            "postgres.url", "PostgreSQL",
            "sensors.mqtt.url", "the MQTT broker",
            "s3.endpoint", "S3",
            "community.mongo.url", "MongoDB"));

    private final Path directory;
    private final LaunchEnvironment environment;
    private final Settings settings;
    private final NodePorts nodes;

    Components(Path directory, LaunchEnvironment environment) {
        this.directory = directory;
        this.environment = environment;
        this.settings = environment.settings();
        this.nodes = new NodePorts(directory, settings);
    }

    /** Their names, last started first: what to stop, whatever the settings are. */
    static List<String> namesToStop(Path directory) {
        List<String> names = new ArrayList<>(NodePorts.started(directory));
        names.addAll(List.of("simulators", "stack"));
        return names;
    }

    List<Component> all() {
        List<Component> components = new ArrayList<>();
        if (!ownStores().isEmpty()) {
            components.add(stack());
        }
        if (!settings.text("simulators").equals("none")) {
            components.add(simulators());
        }
        nodes.all().forEach(node -> components.add(application(node)));
        return components;
    }

    /** The ports that it is going to listen on. */
    List<TakenPorts.Listener> listeners(Component component) {
        return switch (component.name()) {
            case NodePorts.FIRST -> List.of(listener("the page", "page"), listener("management", "management"));
            case "simulators" -> List.of(listener("the simulated API", "simulators"));
            case "stack" ->
                STORES.entrySet().stream()
                        .map(store -> Map.entry(store.getValue(), settings.address(store.getKey())))
                        .filter(store -> LocalStack.isHere(store.getValue()))
                        .map(store -> new TakenPorts.Listener(
                                store.getKey(),
                                store.getValue().getHost(),
                                store.getValue().getPort()))
                        .toList();
            default -> List.of(); // further processes of the application, whose ports were chosen because they are free
        };
    }

    /** The application's jar with arguments of its own. */
    static List<String> application(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(quietUnsafe());
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Newer JDKs warn at each start of what Netty does. */
    private static List<String> quietUnsafe() {
        return Runtime.version().feature() >= JDK_WITH_UNSAFE_WARNINGS
                ? List.of("--sun-misc-unsafe-memory-access=allow")
                : List.of();
    }

    private Component stack() {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx192m", "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(quietUnsafe());
        command.addAll(List.of("-Dlog4j2.configurationFile=log4j2-stack.xml", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(StackProcess.class.getName(), directory.toString()));
        return new Component(
                directory,
                "stack",
                command,
                environment.stack(),
                this::stackIsHealthy,
                String.join(
                        " ",
                        ownStores().stream()
                                .map(uri -> uri.getHost() + ":" + uri.getPort())
                                .toList()));
    }

    private Component simulators() {
        String address = Addresses.of(settings, "simulators") + "/simulators";
        return new Component(
                directory,
                "simulators",
                application(List.of("simulators")),
                environment.application(),
                () -> Health.answers(address, Optional.empty(), Optional.empty()),
                address);
    }

    /** Finds free ports for the further processes of the application that do not run. */
    void choosePorts() {
        nodes.choose();
    }

    private Component application(NodePorts.Node node) {
        String health = Addresses.of(node.settings(), "management") + "/observe/health";
        Optional<Trust> trusted = Trust.of(settings);
        Login admin = new Login(environment.value("management.user"), environment.value("management.password"));
        Map<String, String> own = new TreeMap<>(environment.application());
        own.putAll(node.environment());
        return new Component(
                directory,
                node.name(),
                application(List.of()),
                own,
                () -> Health.answers(health, Optional.of(admin), trusted),
                Addresses.of(node.settings(), "page") + "/");
    }

    private boolean stackIsHealthy() {
        Path ready = directory.resolve("run").resolve("stack.ready");
        try {
            // PostgreSQL accepts connections a moment before its database is there.
            String pid = Files.exists(ready) ? Files.readString(ready).strip() : "";
            return Component.pidFile(directory, "stack")
                            .read()
                            .filter(process -> Long.toString(process.pid()).equals(pid))
                            .isPresent()
                    && ownStores().stream().allMatch(Health::accepts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<URI> ownStores() {
        return STORES.keySet().stream()
                .map(settings::address)
                .filter(LocalStack::isHere)
                .toList();
    }

    private TakenPorts.Listener listener(String name, String group) {
        return new TakenPorts.Listener(name, settings.text(group + ".host"), settings.number(group + ".port"));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
